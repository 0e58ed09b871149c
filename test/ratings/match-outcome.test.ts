/** What the end of a match says to the ratings: sides, draws, bots, and who was not there at the end. */
import { expect, test } from "vitest";
import type { EndedMatch } from "../../server/match/host.ts";
import type { SeatState } from "../../server/match/state.ts";
import { matchOutcome } from "../../server/ratings/match-outcome.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";

const origin = (teams: number, teamSize: number): MatchOrigin => ({
  ...{ queue: "q", region: "eu", teams, teamSize, backfill: true },
});

/** Seats to users at the end, users that had left to their seats, and the seats of bots. */
interface End {
  readonly origin: MatchOrigin;
  readonly ranking: number[][];
  readonly seated: Readonly<Record<number, string>>;
  readonly left?: Readonly<Record<string, number>>;
  /** When each of them left; all at once without it. */
  readonly leftAt?: Readonly<Record<string, number>>;
  readonly bots?: readonly number[];
  readonly watching?: string;
}

function ended({ origin, ranking, seated, left = {}, leftAt, bots = [], watching }: End): EndedMatch {
  const seat = (seat: number | "spectator", userId: string): SeatState => ({
    ...{ seat, userId, sessionId: `of ${userId}`, name: userId.toUpperCase(), token: "t" },
    ...{ droppedAt: undefined, lastInputSeq: 0, lastCommandId: 0, answers: [] },
  });
  const humans = [...Object.keys(seated).map(Number), ...Object.values(left)];
  const players = [...humans.map((at) => ({ seat: at })), ...bots.map((at) => ({ seat: at, bot: true }))];
  return {
    ...{ id: "m", origin },
    outcome: {
      ranking,
      reason: "clock",
      players: players.map((each) => ({ ...each, name: "x", numbers: {} })),
    },
    state: {
      seats: [
        ...Object.entries(seated).map(([at, userId]) => seat(Number(at), userId)),
        ...(watching === undefined ? [] : [seat("spectator", watching)]),
      ],
      departed: Object.entries(left).map(([userId, at]) => ({
        seat: at,
        userId,
        name: userId.toUpperCase(),
        ...(leftAt !== undefined && { tick: leftAt[userId]! }),
      })),
    },
  };
}

/** Each side as "rank: who", with its bots. */
const sides = (end: End) =>
  matchOutcome(ended(end)).teams.map(({ rank, userIds, bots = 0 }) =>
    `${rank}: ${[...userIds, ...(bots > 0 ? [`${bots} bots`] : [])].join(" ")}`.trim(),
  );

test("sides have the places of their seats, and everybody's name goes with it", () => {
  const end = {
    origin: origin(2, 2),
    ranking: [
      [2, 3],
      [0, 1],
    ],
    seated: { 0: "a", 1: "b", 2: "c", 3: "d" },
  };
  expect(sides(end)).toEqual(["2: a b", "1: c d"]);
  expect(matchOutcome(ended(end))).toMatchObject({
    ...{ matchId: "m", queue: "q" },
    names: { a: "A", b: "B", c: "C", d: "D" },
  });
});

test.each<[string, End, string[]]>([
  ["a draw", { origin: origin(2, 1), ranking: [[0, 1]], seated: { 0: "a", 1: "b" } }, ["1: a", "1: b"]],
  [
    "everybody alone",
    { origin: origin(3, 1), ranking: [[1], [0, 2]], seated: { 0: "a", 1: "b", 2: "c" } },
    ["2: a", "1: b", "2: c"],
  ],
  [
    "a spectator",
    { origin: origin(2, 1), ranking: [[0], [1]], seated: { 0: "a", 1: "b" }, watching: "w" },
    ["1: a", "2: b"],
  ],
  [
    "a side of bots",
    { origin: origin(2, 1), ranking: [[1], [0]], seated: { 0: "a" }, bots: [1] },
    ["2: a", "1: 1 bots"],
  ],
  [
    "one bot beside a player",
    {
      origin: origin(2, 2),
      ranking: [
        [0, 1],
        [2, 3],
      ],
      seated: { 0: "a", 2: "c", 3: "d" },
      bots: [1],
    },
    ["1: a 1 bots", "2: c d"],
  ],
  [
    "a bot whose seat a player took",
    { origin: origin(2, 1), ranking: [[1], [0]], seated: { 0: "a", 1: "b" }, bots: [1] },
    ["2: a", "1: b"],
  ],
  [
    "a bot whose seat a player took, and left",
    { origin: origin(2, 1), ranking: [[0], [1]], seated: { 0: "a" }, left: { b: 1 }, bots: [1] },
    ["1: a", "2:", "4: b"],
  ],
  [
    "one who left: last, whatever their side made of it",
    {
      origin: origin(2, 2),
      ranking: [
        [0, 1],
        [2, 3],
      ],
      seated: { 0: "a", 2: "c", 3: "d" },
      left: { b: 1 },
    },
    ["1: a", "2: c d", "4: b"],
  ],
  [
    "all who left one after the other: the first is last",
    {
      ...{ origin: origin(3, 1), ranking: [[0], [1], [2]], seated: {} },
      ...{ left: { a: 0, b: 1, c: 2 }, leftAt: { a: 30, b: 90, c: 30 } },
    },
    ["1:", "2:", "3:", "6: a", "5: b", "6: c"],
  ],
  [
    "all who left: last together",
    { origin: origin(2, 1), ranking: [[0], [1]], seated: {}, left: { a: 0, b: 1 } },
    ["1:", "2:", "4: a", "4: b"],
  ],
  [
    "one who left and came again, on the other side",
    { origin: origin(2, 1), ranking: [[1], [0]], seated: { 1: "a" }, left: { a: 0, b: 1 } },
    ["2:", "1: a", "4: b"],
  ],
  [
    "one who left twice",
    { origin: origin(2, 1), ranking: [[0], [1]], seated: { 0: "a" }, left: { b: 1 } },
    ["1: a", "2:", "4: b"],
  ],
  ["one who never came", { origin: origin(2, 1), ranking: [[0]], seated: { 0: "a" } }, ["1: a", "2:"]],
])("%s", (_what, end, expected) => {
  expect(sides(end)).toEqual(expected);
});
