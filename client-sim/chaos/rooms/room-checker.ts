/**
 * Compares what players of rooms saw with the journal of their rooms. Pure: evidence in, verdict out. Every state that a
 * client decoded must be one that the journal has, in the order in which it was seen; of a room that shows its clients only
 * a part, it must be a part of one. What that means for the room's own rules, its script says.
 */

import { isPartOf } from "../../../shared/wire/shown-state.ts";
import { type CountLoss, lossCount, lossesOfAll } from "../checker/loss-count.ts";
import type { RoomJournal, RoomMoment, RoomVisit, SeenContents } from "./room-history.ts";
import type { RoomScript } from "./room-script.ts";

export interface RoomLosses {
  /** Rooms that were played in but cannot be read from the store. */
  roomsLost: number;
  /** Places that were taken from who held them, though the room went on. */
  seatsLost: number;
  /** States that a player saw and that a crash took back. */
  seenThenLost: number;
  /** States that a player saw and that the journal does not have, without a crash that explains it. */
  divergentStates: number;
  /** What a player was told and the room's state does not have at the end. */
  toldThenLost: number;
  /** Changes of process after which, by the room's own rules, something is gone. */
  rulesBroken: number;
}

export interface RoomVerdict extends RoomLosses {
  /** States that were compared; of them, those that are a part of what the journal has. */
  readonly seen: number;
  readonly parts: number;
  readonly told: number;
  /** Connections after the first one of a visit that were shown something. */
  readonly returns: number;
  /** Processes that had a room, over all rooms. */
  readonly epochs: number;
  readonly findings: readonly string[];
}

export const noRoomLosses: RoomLosses = {
  roomsLost: 0,
  seatsLost: 0,
  seenThenLost: 0,
  divergentStates: 0,
  toldThenLost: 0,
  rulesBroken: 0,
};

export function roomLossesIn(losses: RoomLosses): number {
  return lossesOfAll(noRoomLosses, losses);
}

export interface RoomEvidence {
  readonly visits: readonly RoomVisit[];
  readonly journals: ReadonlyMap<string, RoomJournal>;
  readonly contents: Pick<SeenContents, "of">;
  readonly script: Pick<RoomScript, "lost" | "keeps">;
}

type CountRoomLoss = CountLoss<keyof RoomLosses>;

export function checkRooms(evidence: RoomEvidence): RoomVerdict {
  const { visits, journals } = evidence;
  const { losses, findings, count } = lossCount<keyof RoomLosses>(noRoomLosses);
  const compared = { seen: 0, parts: 0, told: 0, returns: 0, epochs: 0 };
  for (const [roomId, visitsOfRoom] of Map.groupBy(visits, (visit) => visit.roomId)) {
    const journal = journals.get(roomId);
    if (journal === undefined) {
      count("roomsLost", 1, `room ${roomId} cannot be read from the store`);
      continue;
    }
    for (const problem of journal.problems) count("roomsLost", 1, `room ${roomId}: ${problem}`);
    compared.epochs += new Set(journal.moments.map(({ epoch }) => epoch)).size;
    const chain = new Chain(journal.moments, evidence.contents);
    for (const visit of visitsOfRoom) {
      const { seen, parts } = checkStates(visit, chain, count);
      compared.seen += seen;
      compared.parts += parts;
      compared.returns += visit.connections.slice(1).filter(({ states }) => states.length > 0).length;
      compared.told += visit.told.length;
      checkPlace(visit, count);
      checkTold(visit, journal.moments.at(-1)?.state, evidence.script, count);
    }
    checkRules(journal, evidence.script, count);
  }
  return { ...losses, ...compared, findings };
}

/** The states that the journal has, in order, and where in it one is that a client saw. */
class Chain {
  readonly #moments: readonly RoomMoment[];
  readonly #contents: RoomEvidence["contents"];
  readonly #places = new Map<string, number[]>();

  constructor(moments: readonly RoomMoment[], contents: RoomEvidence["contents"]) {
    this.#moments = moments;
    this.#contents = contents;
    for (const [place, { hash }] of moments.entries()) {
      const known = this.#places.get(hash);
      if (known === undefined) this.#places.set(hash, [place]);
      else known.push(place);
    }
  }

  /** The first place from `from` on that has the state; undefined: there is none. */
  find(hash: string, from: number): { readonly place: number; readonly isPart: boolean } | undefined {
    const whole = this.#places.get(hash)?.find((place) => place >= from);
    if (whole !== undefined) return { place: whole, isPart: false };
    let seen: unknown;
    for (let place = from; place < this.#moments.length; place++) {
      const { state } = this.#moments[place]!;
      if (state === undefined) continue;
      seen ??= this.#contents.of(hash);
      if (isPartOf(seen, state)) return { place, isPart: true };
    }
    return undefined;
  }
}

/** A crash takes back the end of what was seen: what the journal lacks before a kill, with nothing after it that it has, was lost. */
function checkStates({ player, roomId, connections }: RoomVisit, chain: Chain, count: CountRoomLoss) {
  let from = 0;
  let seen = 0;
  let parts = 0;
  for (const { states, beforeKill } of connections) {
    const found = states.map((hash) => {
      const at = chain.find(hash, from);
      if (at === undefined) return false;
      from = at.place;
      if (at.isPart) parts += 1;
      return true;
    });
    seen += states.length;
    const missing = found.filter((each) => !each).length;
    const atEnd = beforeKill ? found.length - 1 - found.lastIndexOf(true) : 0;
    count("seenThenLost", atEnd, `${player} in room ${roomId}: the last ${atEnd} states before a kill`);
    count("divergentStates", missing - atEnd, `${player} in room ${roomId}: ${missing - atEnd} states`);
  }
  return { seen, parts };
}

function checkPlace({ player, roomId, end, endText }: RoomVisit, count: CountRoomLoss): void {
  if (end === "away" || end === "refused")
    count("seatsLost", 1, `${player} in room ${roomId} did not come back: ${end}, ${endText}`);
}

function checkTold(
  { player, roomId, told }: RoomVisit,
  state: unknown,
  script: RoomEvidence["script"],
  count: CountRoomLoss,
) {
  if (script.keeps === undefined) return;
  const gone = told.filter((each) => state === undefined || !script.keeps!(each, state));
  count("toldThenLost", gone.length, `${player} in room ${roomId}: ${JSON.stringify(gone[0])}`);
}

function checkRules(
  { roomId, moments }: RoomJournal,
  { lost }: RoomEvidence["script"],
  count: CountRoomLoss,
): void {
  if (lost === undefined) return;
  let before: RoomMoment | undefined;
  for (const after of moments) {
    if (before !== undefined && before.epoch !== after.epoch) {
      const what = lost(before.state, after.state);
      if (what !== undefined) count("rulesBroken", 1, `room ${roomId}, tick ${after.tick}: ${what}`);
    }
    before = after;
  }
}
