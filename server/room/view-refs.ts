/**
 * Reference ids of the View across a restore. Colyseus' decoder finds objects by number and keeps its numbers over an
 * auto-reconnect. If a restored process counted from the start again, it would give an old number to a new object,
 * and clients would decode it into the wrong one. So ids are reserved in blocks, the journal has a reservation before
 * an id of it is seen, and a restored View continues after it. Here is how many, and where to begin.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import { countRefsFrom, nextRefId } from "./colyseus-internals/serializer-internals.ts";

/** Ids reserved at a time. */
const block = 1024;
/**
 * Ids that one tick may use without a wait. They are reserved ahead, because a reservation counts from the next record on.
 * What shows more is held until that record is durable.
 */
const aheadMax = 256;
/** The same, of what one client alone sees. */
const aheadForSeatMax = 64;
/** A match that is over has no next record. So the rooms of two owners are this far apart, far beyond what one shows. */
const apartWhenOver = 2 ** 20;

/** Where the room of a match begins. */
export function firstRef(match: {
  readonly refsReserved: number;
  readonly epoch: number;
  readonly isOver: boolean;
}): number {
  return match.refsReserved + (match.isOver ? match.epoch * apartWhenOver : 0);
}

/** Makes an empty View count on after `reserved`; the collections it was created with keep their ids. */
export function continueRefs(room: object, reserved: number): void {
  countRefsFrom(room, Math.max(nextRefId(room), reserved));
}

/** Ids to keep reserved for the next tick of a match of this game. */
export function refsAheadMax({ view, seats }: Pick<AnyGame, "view" | "seats">): number {
  const isSameForAll = view.own === undefined && view.sight === undefined;
  return aheadMax + (isSameForAll ? 0 : aheadForSeatMax * seats.max);
}

/** @returns the new end of the reservation, when the current one is about to be used up */
export function refsToReserve(nextId: number, reserved: number, ahead = aheadMax): number | undefined {
  return nextId + ahead > reserved ? Math.ceil((nextId + ahead) / block) * block : undefined;
}
