/**
 * Reference ids of the View across a restore. Colyseus' decoder finds objects by number and keeps its numbers over an
 * auto-reconnect. If a restored process counted from the start again, it would give an old number to a new object,
 * and clients would decode it into the wrong one. So ids are reserved in blocks, the journal has a reservation before
 * its first id is used, and a restored View continues after it.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import { countRefsFrom, nextRefId } from "./colyseus-internals/serializer-internals.ts";

/** Ids reserved at a time. */
const block = 1024;
/** Ids that one tick may use. They are reserved ahead, because a reservation counts from the next record on. */
const perTickMax = 256;
/** The same, of what one client alone sees. */
const perTickAndSeatMax = 64;

/** Makes an empty View count on after `reserved`; the collections it was created with keep their ids. */
export function continueRefs(room: object, reserved: number): void {
  countRefsFrom(room, Math.max(nextRefId(room), reserved));
}

/** Ids that one tick of a match of this game may use. */
export function refsPerTickMax({ view, seats }: Pick<AnyGame, "view" | "seats">): number {
  const isSameForAll = view.own === undefined && view.sight === undefined;
  return perTickMax + (isSameForAll ? 0 : perTickAndSeatMax * seats.max);
}

/** @returns the new end of the reservation, when the current one is about to be used up */
export function refsToReserve(nextId: number, reserved: number, aheadMax = perTickMax): number | undefined {
  return nextId + aheadMax > reserved ? Math.ceil((nextId + aheadMax) / block) * block : undefined;
}
