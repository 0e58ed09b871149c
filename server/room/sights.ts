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
import type { SightView, Viewer } from "../../shared/game/game.ts";
import { type Branch, type Branches, prefixOf } from "./branches.ts";
import { refIdOf } from "./colyseus-internals/branch-internals.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import type { PerClient } from "./patch-serializer.ts";

const removed = 64;
const added = 128;
/** First size of the two buffers of a patch. */
const bytesAtFirst = 4096;

interface Thing {
  readonly id: string;
  /** Its number in every client's map. Never given again, so that a map cannot take it for another one. */
  readonly index: number;
  readonly branch: Branch;
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
}

export interface SightsParts {
  readonly view: SightView<unknown>;
  /** In the room's tree. */
  readonly map: Schema;
  readonly branches: Branches;
  readonly world: () => unknown;
  /** Who looks through a client; undefined when its place is gone. */
  readonly viewerOf: (client: Client) => Viewer | undefined;
}

export class Sights implements PerClient {
  readonly #parts: SightsParts;
  readonly #prefix: Uint8Array;
  readonly #things = new Map<string, Thing>();
  /** What each client's map has. */
  readonly #seen = new WeakMap<Client, readonly Thing[]>();
  #nextIndex = 0;
  #looks = 0;
  /** One for each patch, and for each that failed. */
  #writes = 0;
  /** What each client sees with the patch that is under way. */
  readonly #coming = new Map<Client, readonly Thing[]>();
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
    this.#seen.delete(client);
    this.#out.clear();
    const things: Thing[] = [];
    // The World may have moved on since the last patch: what was prepared for that is no longer good.
    for (const id of view.sees(world(), viewer, view.prepare?.(world())))
      things.push(this.#things.get(id) ?? this.#newThing(id));
    return this.#look(client, things, { encodes: false });
  }

  write(clients: readonly Client[]): void {
    const { view, world, viewerOf } = this.#parts;
    this.#writes += 1;
    this.#changes.clear();
    this.#out.clear();
    this.#coming.clear();
    const prepared = clients.length === 0 ? undefined : view.prepare?.(world());
    for (const client of clients) {
      const viewer = viewerOf(client);
      if (viewer === undefined) continue;
      const things: Thing[] = [];
      for (const id of view.sees(world(), viewer, prepared)) things.push(this.#written(id));
      this.#coming.set(client, things);
    }
  }

  changes(client: Client): readonly Uint8Array[] {
    const things = this.#coming.get(client);
    return things === undefined ? [] : this.#look(client, things, { encodes: true });
  }

  /** What nobody was found to see is forgotten: it is written again for its next viewer. */
  patched(): void {
    this.#coming.clear();
    for (const [id, { written }] of this.#things) if (written !== this.#writes) this.#things.delete(id);
  }

  /**
   * Runs for every client and everything that it sees, so it marks the things and looks nothing up.
   * @param encodes whether a patch is under way: else what changed is left for the next one
   */
  #look(
    client: Client,
    things: readonly Thing[],
    { encodes }: { readonly encodes: boolean },
  ): readonly Uint8Array[] {
    this.#looks += 1;
    const look = this.#looks;
    const [out, changes, writes] = [this.#out, this.#changes, this.#writes];
    const before = this.#seen.get(client) ?? [];
    for (const thing of before) thing.before = look;
    const now: Thing[] = [];
    const news: Thing[] = [];
    const start = out.length;
    for (const thing of things) {
      if (thing.now === look) continue;
      thing.now = look;
      now.push(thing);
      if (encodes && thing.encoded !== writes) this.#encode(thing);
      if (thing.before !== look) news.push(thing);
      else out.copy(changes, thing.changesAt, thing.changesEnd);
    }
    this.#seen.set(client, now);
    const isGone = now.length - news.length < before.length;
    if (isGone || news.length > 0)
      this.#writeMap(
        before.filter((thing) => thing.now !== look),
        news,
      );
    return [out.since(start)];
  }

  #writeMap(gone: readonly Thing[], news: readonly Thing[]): void {
    const out = this.#out;
    out.bytes(this.#prefix);
    for (const { index } of gone) {
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
    this.#parts.view.write(known.branch.schema, this.#parts.world(), id);
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
      ...{ id, index: this.#nextIndex++, branch, full: undefined, written: this.#writes },
      ...{ encoded: this.#writes, changesAt: 0, changesEnd: 0, before: 0, now: 0 },
    };
    this.#things.set(id, thing);
    return thing;
  }
}
