/**
 * Which objects of a View are the same after a restore. A client's decoder knows objects by their reference ids, and what
 * watches one (Colyseus' prediction, say) watches the object: with a new id it would follow a ghost. So the ids of what
 * lasts are in the journal, by the way to it in the View, and a restored View gives them back. Nothing waits for that: what
 * is not in the journal yet gets a new id, and clients a new object, which is as right, only not the same.
 */
import type { Schema } from "@colyseus/schema";
import type { RefChanges } from "../match/record.ts";
import { refIdOf } from "./colyseus-internals/branch-internals.ts";
import { eachObject, renumber } from "./colyseus-internals/ref-internals.ts";
import { encoderOf } from "./colyseus-internals/serializer-internals.ts";

/** What is there at two looks lasts: what flies past is never written. */
const lookEveryMs = 1000;
/** Objects of one match whose ids are kept; of more, those that were there first. */
const keptMax = 2048;

type Refs = Readonly<Record<string, number>>;

export class LastingRefs {
  #lookedAtMs = 0;
  /** At the last look. */
  #seen: ReadonlyMap<string, number> = new Map();
  /** Ids below are those of an empty View, the same in every process. */
  #firstId = 0;

  /** @param firstId the next id of the View while it is empty */
  begins(firstId: number, nowMs: number): void {
    this.#firstId = firstId;
    this.#lookedAtMs = nowMs;
    this.#seen = new Map();
  }

  /** Gives what is in a new View the ids that it had, before anybody is shown it. */
  giveBack(room: { readonly state: unknown }, kept: Refs): void {
    const encoder = encoderOf(room);
    const had: { readonly instance: object; readonly id: number }[] = [];
    eachObject(room.state as Schema, (path, instance) => {
      const id = kept[path];
      if (id !== undefined && refIdOf(instance) >= this.#firstId) had.push({ instance, id });
    });
    for (const { instance, id } of had) renumber(encoder, instance, id);
  }

  /** What the journal must say of them; undefined: nothing new, or it was looked a moment ago. */
  look(room: { readonly state: unknown }, nowMs: number, kept: Refs): RefChanges | undefined {
    if (!(nowMs - this.#lookedAtMs >= lookEveryMs)) return undefined;
    this.#lookedAtMs = nowMs;
    const now = new Map<string, number>();
    eachObject(room.state as Schema, (path, instance) => {
      const id = refIdOf(instance);
      if (id >= this.#firstId) now.set(path, id);
    });
    const before = this.#seen;
    this.#seen = now;
    return changesOf(kept, now, (path, id) => before.get(path) === id);
  }
}

/** Pure. `lasts`: whether an object is worth to be kept. */
export function changesOf(
  kept: Refs,
  now: ReadonlyMap<string, number>,
  lasts: (path: string, id: number) => boolean,
): RefChanges | undefined {
  const gone = Object.keys(kept).filter((path) => !now.has(path));
  let places = keptMax - Object.keys(kept).length + gone.length;
  const set: [string, number][] = [];
  for (const [path, id] of now) {
    if (kept[path] === id || !lasts(path, id)) continue;
    if (kept[path] === undefined && places-- <= 0) continue;
    set.push([path, id]);
  }
  if (set.length + gone.length === 0) return undefined;
  return { ...(set.length > 0 && { set }), ...(gone.length > 0 && { gone }) };
}
