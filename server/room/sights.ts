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
/** Of all changes of a patch, and of all that clients are sent of it, at first. */
const bytesAtFirst = 4096;

interface Thing {
  readonly id: string;
  /** Its number in every client's map. Never given again, so that a map cannot take it for another one. */
  readonly index: number;
  readonly branch: Branch;
  /** Number of the patch for which it was last written. */
  patch: number;
  /** Where its changes are among those of the patch. */
  changesAt: number;
  changesEnd: number;
  /** All of it, as of `patch`. */
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
  /** Number of the patch that was last sent; the next one is under way while clients are asked for changes. */
  #patch = 0;
  #prepared: { readonly patch: number; readonly of: unknown } | undefined;
  /** Of this patch: what changed of each thing, and what is for each client. */
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
    // The World may have moved on since the last patch: what was prepared for that is no longer good.
    const ids = view.sees(world(), viewer, view.prepare?.(world()));
    return this.#look(client, ids, undefined);
  }

  changes(client: Client): readonly Uint8Array[] {
    const { view, world, viewerOf } = this.#parts;
    const viewer = viewerOf(client);
    if (viewer === undefined) return [];
    const coming = this.#patch + 1;
    if (this.#prepared?.patch !== coming) this.#prepared = { patch: coming, of: view.prepare?.(world()) };
    return this.#look(client, view.sees(world(), viewer, this.#prepared.of), coming);
  }

  /** What nobody was found to see is forgotten: it is written again for whoever sees it next. */
  patched(): void {
    this.#patch += 1;
    this.#prepared = undefined;
    this.#changes.clear();
    this.#out.clear();
    for (const [id, { patch }] of this.#things) if (patch !== this.#patch) this.#things.delete(id);
  }

  /**
   * Runs for every client and everything that it sees, so it marks the things and looks nothing up but the ids.
   * @param coming the patch that is under way; undefined: what is there is good as it is
   */
  #look(client: Client, ids: Iterable<string>, coming: number | undefined): readonly Uint8Array[] {
    this.#looks += 1;
    const look = this.#looks;
    const before = this.#seen.get(client) ?? [];
    for (const thing of before) thing.before = look;
    const now: Thing[] = [];
    const news: Thing[] = [];
    const [things, out, changes] = [this.#things, this.#out, this.#changes];
    const start = out.length;
    for (const id of ids) {
      let thing = things.get(id);
      if (thing === undefined) thing = this.#newThing(id, coming ?? this.#patch);
      else if (coming !== undefined && thing.patch !== coming) this.#bringUp(thing, coming);
      if (thing.now === look) continue;
      thing.now = look;
      now.push(thing);
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

  #bringUp(thing: Thing, patch: number): void {
    const { view, branches, world } = this.#parts;
    view.write(thing.branch.schema, world(), thing.id);
    thing.changesAt = this.#changes.length;
    branches.changesInto(thing.branch, this.#changes);
    thing.changesEnd = this.#changes.length;
    thing.patch = patch;
    if (thing.changesEnd > thing.changesAt) thing.full = undefined;
  }

  /** Nobody has it yet: who sees it gets all of it. */
  #newThing(id: string, patch: number): Thing {
    const { view, branches, world } = this.#parts;
    const branch = branches.graft(view.create());
    view.write(branch.schema, world(), id);
    branches.forgetChanges(branch);
    const thing: Thing = {
      ...{ id, index: this.#nextIndex++, branch, patch, full: undefined },
      ...{ changesAt: 0, changesEnd: 0, before: 0, now: 0 },
    };
    this.#things.set(id, thing);
    return thing;
  }
}
