/**
 * Reference ids of the View across a restore. Colyseus' decoder finds objects by number and keeps its
 * numbers over an auto-reconnect; a restored process that counted from the start again would give an old
 * number to a new object, and clients would decode it into the wrong one. So ids are reserved in blocks, the
 * reservation is in the journal before an id of it is used, and a restored View counts on from there.
 */
import assert from "node:assert/strict";

/** Ids reserved at a time. */
const block = 1024;
/** Ids that one tick may use; reserved ahead, because a reservation counts from the next record on. */
const perTickMax = 256;

interface CountingRoot {
  nextUniqueId: number;
}

/** The encoder's id counter; Colyseus keeps it protected and offers no setter. */
export function refCounter(room: object): CountingRoot {
  const root = (room as { _serializer: { encoder: { root: CountingRoot } } })._serializer.encoder.root;
  assert(typeof root?.nextUniqueId === "number", "Colyseus' encoder has no nextUniqueId any more");
  return root;
}

/** Makes an empty View count on after `reserved`; the collections it was created with keep their ids. */
export function continueRefs(room: object, reserved: number): void {
  const counter = refCounter(room);
  counter.nextUniqueId = Math.max(counter.nextUniqueId, reserved);
}

/** @returns the new end of the reservation, when the current one is about to be used up */
export function refsToReserve(nextId: number, reserved: number): number | undefined {
  return nextId + perTickMax > reserved ? Math.ceil((nextId + perTickMax) / block) * block : undefined;
}
