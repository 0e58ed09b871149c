/** What a durable room says of the end of its queue's match, and what ratings make of it. */
import { expect, it } from "vitest";
import { outcomeOf, roomResult } from "../../server/match/room-result.ts";
import { matchOutcome } from "../../server/ratings/match-outcome.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";

const origin = (more: Partial<MatchOrigin> = {}): MatchOrigin => ({
  ...{ queue: "pairs", region: "local", teams: 2, teamSize: 2, backfill: false },
  ...{ invited: [0, 1, 2, 3].map((seat) => ({ userId: `u${seat}`, seat })), ...more },
});
const seat = (at: number) => ({ seat: at, userId: `u${at}`, name: `U${at}` }) as never;
const ratedAs = (
  places: number[][],
  seats: number[],
  left: number[] = [],
  more: Partial<MatchOrigin> = {},
) => {
  const departed = left.map((at) => ({ ...(seat(at) as object), tick: at }) as never);
  const result = roomResult(places, origin(more), { seats: seats.map(seat), departed });
  const { teams } = matchOutcome({
    ...{ id: "m", origin: origin(more), outcome: outcomeOf(result, "over"), state: result },
  });
  return teams.map(({ rank, userIds, bots }) => [rank, userIds, bots ?? 0]);
};

it("[P8.15] the sides have the places that the room gave them, and who left before comes last", () => {
  expect(ratedAs([[1], [0]], [0, 1, 2, 3])).toEqual([
    [2, ["u0", "u1"], 0],
    [1, ["u2", "u3"], 0],
  ]);
  expect(ratedAs([[0, 1]], [0, 1, 2, 3])).toEqual([
    [1, ["u0", "u1"], 0],
    [1, ["u2", "u3"], 0],
  ]);
  expect(ratedAs([[0], [1]], [0, 2, 3], [1])).toEqual([
    [1, ["u0"], 0],
    [2, ["u2", "u3"], 0],
    [4, ["u1"], 0],
  ]);
});

it("[P8.15] seats that the queue left to bots count as bots, until a player takes them", () => {
  const two = { invited: [0, 2].map((at) => ({ userId: `u${at}`, seat: at })) };
  expect(ratedAs([[1], [0]], [0, 2], [], two)).toEqual([
    [2, ["u0"], 1],
    [1, ["u2"], 1],
  ]);
  expect(ratedAs([[1], [0]], [0, 1, 2], [], two)).toEqual([
    [2, ["u0", "u1"], 0],
    [1, ["u2"], 1],
  ]);
});

it.each<[string, number[][], RegExp]>([
  ["leaves a side out", [[0]], /side 1 has not/],
  ["names one twice", [[0], [0, 1]], /side 0 has not/],
  ["names one that is not there", [[0], [1], [2]], /2 sides, and 3/],
])("[P7] a ranking that %s is refused", (_what, places, words) => {
  expect(() => roomResult(places, origin(), { seats: [] })).toThrow(words);
});
