/** The checker of rooms on made-up evidence: nothing is found where nothing is wrong, and every loss is. */
import { describe, expect, it } from "vitest";
import { checkRooms, noRoomLosses, type RoomEvidence } from "../../../client-sim/chaos/rooms/room-checker.ts";
import {
  type RoomMoment,
  type RoomVisit,
  SeenContents,
} from "../../../client-sim/chaos/rooms/room-history.ts";
import type { RoomScript } from "../../../client-sim/chaos/rooms/room-script.ts";

/** A state of which clients see `n`, and not the secret. */
const state = (n: number) => ({ n, secret: n });
const moments = (...counts: number[]): RoomMoment[] =>
  counts.map((n) => ({ tick: n, epoch: n < 5 ? 1 : 2, hash: `whole ${n}`, state: state(n) }));

const contents = new SeenContents();
for (let n = 0; n < 20; n++) {
  contents.keep(`part ${n}`, { n });
  contents.keep(`whole ${n}`, state(n));
}

const parts = (...counts: number[]) => counts.map((n) => `part ${n}`);

function visit(changes: Partial<RoomVisit> = {}): RoomVisit {
  return {
    ...{ player: "player 0", roomId: "r1", sessionId: "s1", told: [], end: "own", endText: "" },
    connections: [
      { states: parts(1, 2, 4), beforeKill: true },
      { states: [...parts(4, 5, 6), "whole 7"], beforeKill: false },
    ],
    ...changes,
  };
}

function verdictOn(visits: RoomVisit[], changes: Partial<RoomEvidence> = {}) {
  const journal = { roomId: "r1", moments: moments(0, 1, 2, 3, 4, 5, 6, 7), problems: [] };
  return checkRooms({ visits, journals: new Map([["r1", journal]]), contents, script: {}, ...changes });
}

const seen = (...connections: [states: string[], beforeKill: boolean][]) =>
  visit({ connections: connections.map(([states, beforeKill]) => ({ states, beforeKill })) });

describe("[P2.15] the checker of rooms", () => {
  it("finds nothing where every state is in the journal, whole or as a part, in order", () => {
    const { findings, ...verdict } = verdictOn([visit()]);
    expect(findings).toEqual([]);
    expect(verdict).toEqual({ ...noRoomLosses, seen: 7, parts: 6, told: 0, returns: 1, epochs: 2 });
  });

  it("finds what was seen last before a kill and is not in the journal", () => {
    expect(verdictOn([seen([parts(3, 4, 12, 13), true], [parts(5), false])])).toMatchObject({
      ...{ seenThenLost: 2, divergentStates: 0 },
    });
  });

  it("finds a state that goes back, and one that nobody wrote", () => {
    expect(verdictOn([seen([parts(3, 2, 4), false])])).toMatchObject({ seenThenLost: 0, divergentStates: 1 });
    expect(verdictOn([seen([parts(3, 15, 4), true], [parts(4), false])])).toMatchObject({
      divergentStates: 1,
    });
    expect(verdictOn([seen([parts(4), true], [parts(3), false])])).toMatchObject({ divergentStates: 1 });
  });

  it("finds nothing in a part where no part may be shown", () => {
    const hashes = moments(0, 1, 2).map(({ tick, epoch, hash }) => ({ tick, epoch, hash }));
    const journals = new Map([["r1", { roomId: "r1", moments: hashes, problems: [] }]]);
    expect(verdictOn([seen([["whole 1", "whole 2"], false])], { journals })).toMatchObject(noRoomLosses);
    expect(verdictOn([seen([["part 1"], false])], { journals })).toMatchObject({ divergentStates: 1 });
  });

  it("finds a room that cannot be read, and a place that was lost", () => {
    expect(verdictOn([visit()], { journals: new Map() })).toMatchObject({ roomsLost: 1 });
    expect(verdictOn([visit({ end: "refused" }), visit({ end: "away" })])).toMatchObject({ seatsLost: 2 });
  });

  it("asks the script what a player was told, and what may not be gone after a change of process", () => {
    const asked: unknown[] = [];
    const script: Pick<RoomScript, "lost" | "keeps"> = {
      keeps: ({ message }, at) => (message as number) <= (at as { n: number }).n,
      lost: (before, after) => {
        asked.push([before, after]);
        return "everything";
      },
    };
    const told = [6, 7, 8].map((message) => ({ type: "n", message, sessionId: "s1" }));
    const verdict = verdictOn([visit({ told })], { script });
    expect(verdict).toMatchObject({ told: 3, toldThenLost: 1, rulesBroken: 1 });
    expect(asked).toEqual([[state(4), state(5)]]);
    expect(verdict.findings).toContain("rulesBroken: room r1, tick 5: everything");
  });
});
