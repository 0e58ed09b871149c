/**
 * Things of which each viewer sees some (SightView of a game), for the clients of a room. Each thing that somebody sees is
 * a branch of its own, written and encoded once in a patch; what a client is sent is put together from those, behind the
 * changes of its map, which are written here by hand. It remembers what each client has in its map, and nothing of
 * things that nobody sees.
 *
 *   …               what changed of things that the client has
 *   prefix          the map, which is empty in the room's tree
 *   64, index       a thing that the client no longer sees; all of these come first
 *   128, index, key, reference id     one that it has not
 *   …               everything of those
 */
import type { Client } from "@colyseus/core";
import type { Schema } from "@colyseus/schema";
import type { SightView } from "../../shared/game/game.ts";
import { type Branch, prefixOf, type ViewersParts } from "./branches.ts";
import { refIdOf } from "./colyseus-internals/branch-internals.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { PerClient } from "./patch-serializer.ts";

const removed = 64;
const added = 128;
const noWrite = -1;
/** First size of the two buffers of a patch. */
const bytesAtFirst = 4096;

interface Thing {
  readonly id: string;
  /** Its number in every client's map. Never given again, so that a map cannot take it for another one. */
  readonly index: number;
  readonly branch: Branch;
  readonly isConstant: boolean;
  /** Numbers of the writes at which it was last brought up to the World, and last encoded. */
  written: number;
  encoded: number;
  /** Where its changes are among those of the patch. */
  changesAt: number;
  changesEnd: number;
  /** All of it, as it was encoded. */
  full: Uint8Array | undefined;
  /** Numbers of the last looks, of whatever client, before which it was in the map, and which found it in sight. */
  before: number;
  now: number;
  /** The last list that it is in. */
  listed: number;
}

/** What one client sees. Both lists are used again in turns: they are long, and filled for every client at every patch. */
interface ClientSight {
  /** What its map has. */
  seen: Thing[];
  /** What it sees with the patch that is under way, if that is the write of this number. */
  coming: Thing[];
  comingAt: number;
}

export interface SightsParts extends ViewersParts {
  readonly view: SightView<unknown>;
  /** In the room's tree. */
  readonly map: Schema;
}

export class Sights implements PerClient {
  readonly #parts: SightsParts;
  readonly #prefix: Uint8Array;
  readonly #things = new Map<string, Thing>();
  readonly #sights = new WeakMap<Client, ClientSight>();
  /** What comes into the sight of the client that is looked at. */
  readonly #news: Thing[] = [];
  #nextIndex = 0;
  #looks = 0;
  #lists = 0;
  /** One for each patch, and for each that failed. */
  #writes = 0;
  /** The changes of each thing in this patch, and what each client is sent. */
  readonly #changes = new GrowingBytes(bytesAtFirst);
  readonly #out = new GrowingBytes(bytesAtFirst);

  constructor(parts: SightsParts) {
    this.#parts = parts;
    this.#prefix = prefixOf(refIdOf(parts.map));
  }

  /** Between two patches: what others see too, is sent as of the last one. Its bytes are good until the next call. */
  full(client: Client): readonly Uint8Array[] {
    const { view, world, viewerOf } = this.#parts;
    const viewer = viewerOf(client);
    if (viewer === undefined) return [];
    this.#out.clear();
    const sight: ClientSight = { seen: [], coming: [], comingAt: noWrite };
    this.#sights.set(client, sight);
    // The World may have moved on since the last patch: what was prepared for that is no longer good.
    const ids = view.sees(world(), viewer, view.prepare?.(world()));
    this.#list(sight, ids, (id) => this.#things.get(id) ?? this.#newThing(id));
    return this.#look(sight, { encodes: false });
  }

  write(clients: readonly Client[]): void {
    const { view, world, viewerOf } = this.#parts;
    this.#writes += 1;
    this.#changes.clear();
    this.#out.clear();
    const prepared = clients.length === 0 ? undefined : view.prepare?.(world());
    const written = (id: string) => this.#written(id);
    for (const client of clients) {
      const viewer = viewerOf(client);
      if (viewer === undefined) continue;
      const sight = this.#sights.get(client) ?? { seen: [], coming: [], comingAt: noWrite };
      this.#sights.set(client, sight);
      this.#list(sight, view.sees(world(), viewer, prepared), written);
      sight.comingAt = this.#writes;
    }
  }

  changes(client: Client): readonly Uint8Array[] {
    const sight = this.#sights.get(client);
    return sight?.comingAt === this.#writes ? this.#look(sight, { encodes: true }) : [];
  }

  /** What nobody was found to see is forgotten: it is written again for its next viewer. */
  patched(): void {
    for (const [id, { written }] of this.#things) if (written !== this.#writes) this.#things.delete(id);
  }

  #list({ coming }: ClientSight, ids: Iterable<string>, thingOf: (id: string) => Thing): void {
    this.#lists += 1;
    let count = 0;
    for (const id of ids) {
      const thing = thingOf(id);
      if (thing.listed === this.#lists) continue;
      thing.listed = this.#lists;
      coming[count] = thing;
      count += 1;
    }
    coming.length = count;
  }

  /**
   * Runs for every client and everything that it sees, so it marks the things and looks nothing up.
   * @param encodes whether a patch is under way: else what changed is left for the next one
   */
  #look(sight: ClientSight, { encodes }: { readonly encodes: boolean }): readonly Uint8Array[] {
    this.#looks += 1;
    const look = this.#looks;
    const [out, changes, writes, news] = [this.#out, this.#changes, this.#writes, this.#news];
    const { seen: before, coming: now } = sight;
    for (const thing of before) thing.before = look;
    let newsCount = 0;
    const start = out.length;
    for (const thing of now) {
      thing.now = look;
      if (encodes && !thing.isConstant && thing.encoded !== writes) this.#encode(thing);
      if (thing.before !== look) {
        news[newsCount] = thing;
        newsCount += 1;
      } else if (!thing.isConstant) out.copy(changes, thing.changesAt, thing.changesEnd);
    }
    news.length = newsCount;
    const isGone = now.length - newsCount < before.length;
    if (isGone || newsCount > 0) this.#writeMap(before, look);
    sight.seen = now;
    sight.coming = before;
    sight.comingAt = noWrite;
    return [out.since(start)];
  }

  #writeMap(before: readonly Thing[], look: number): void {
    const [out, news] = [this.#out, this.#news];
    out.bytes(this.#prefix);
    for (const { index, now } of before) {
      if (now === look) continue;
      out.byte(removed);
      out.number(index);
    }
    for (const { id, index, branch } of news) {
      out.byte(added);
      out.number(index);
      out.text(id);
      out.number(refIdOf(branch.schema));
    }
    for (const thing of news) {
      thing.full ??= this.#parts.branches.full(thing.branch);
      out.bytes(thing.full);
    }
  }

  #written(id: string): Thing {
    const known = this.#things.get(id);
    if (known === undefined) return this.#newThing(id);
    if (known.written === this.#writes) return known;
    if (!known.isConstant) this.#parts.view.write(known.branch.schema, this.#parts.world(), id);
    known.written = this.#writes;
    return known;
  }

  #encode(thing: Thing): void {
    thing.changesAt = this.#changes.length;
    this.#parts.branches.changesInto(thing.branch, this.#changes);
    thing.changesEnd = this.#changes.length;
    thing.encoded = this.#writes;
    if (thing.changesEnd > thing.changesAt) thing.full = undefined;
  }

  /** Nobody has it yet: who sees it gets all of it. */
  #newThing(id: string): Thing {
    const { view, branches, world } = this.#parts;
    const branch = branches.graft(view.create());
    view.write(branch.schema, world(), id);
    branches.forgetChanges(branch);
    const thing: Thing = {
      ...{ id, index: this.#nextIndex++, branch, isConstant: view.constant?.(id) ?? false },
      ...{ full: undefined, written: this.#writes },
      ...{ encoded: this.#writes, changesAt: 0, changesEnd: 0, before: 0, now: 0, listed: 0 },
    };
    this.#things.set(id, thing);
    return thing;
  }
}
