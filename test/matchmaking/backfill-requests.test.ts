/** Running matches that ask their queue for players: which do, what they say, and when they stop. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BackfillRequests, type OpenMatch } from "../../server/matchmaking/director/backfill-requests.ts";
import { isSeatsKey, openSeats } from "../../server/matchmaking/director/open-seats.ts";
import { every } from "../../server/ops/work.ts";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { queuePart } from "../../server/ratings/rating-rows.ts";
import type { MatchmakingStore } from "../../server/rows/store.ts";
import { StoreError } from "../../server/store-error.ts";
import { decorated } from "../rows/recording-store.ts";
import { world } from "./world.ts";

const askEveryMs = 3000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const origin = { queue: "pairs", region: "eu", teams: 2, teamSize: 2, backfill: true };
const match = (differing: Partial<OpenMatch> = {}): OpenMatch => ({
  ...{
    id: "m1",
    origin,
    free: [1, 3],
    players: [
      { seat: 0, userId: "ann" },
      { seat: 2, userId: "ben" },
    ],
  },
  ...differing,
});

function setUp(own: (store: MatchmakingStore) => Partial<MatchmakingStore> = () => ({})) {
  const there = world();
  let matches: OpenMatch[] = [];
  const logged: string[] = [];
  const parts = { ...there, store: decorated(there.store, own(there.store)) };
  const asking = new BackfillRequests({
    parts,
    matches: () => matches,
    every: (ms, run) => every("backfill-requests", ms, run),
    log: (message) => logged.push(message),
  });
  const turn = async (...now: OpenMatch[]) => {
    matches = now;
    await vi.advanceTimersByTimeAsync(askEveryMs);
  };
  const asked = async () => {
    const { rows } = await there.store.changes(queuePart("pairs"), 0, 100);
    return rows.filter(({ key }) => isSeatsKey(key)).flatMap((row) => openSeats(row) ?? []);
  };
  return { there, asking, turn, asked, logged };
}

test("a match with free seats says which sides have how many, and how good those are who are there", async () => {
  const { there, asking, turn, asked } = setUp();
  const teams = ["ann", "x"].map((userId, at) => ({ rank: at + 1, userIds: [userId] }));
  await recordOutcome(there, { matchId: "m0", queue: "pairs", teams });
  await turn(match({ free: [1, 2, 3, 4, 5], players: [{ seat: 0, userId: "ann" }] }));
  const [said] = await asked();
  expect(said).toMatchObject({ matchId: "m1", queue: "pairs", region: "eu" });
  expect(said!.teams.map(({ free }) => free)).toEqual([1, 2]);
  expect(said!.teams[0]!.players[0]).toMatchObject({ userId: "ann", rating: { mu: expect.any(Number) } });
  expect(said!.teams[0]!.players[0]!.rating.mu).toBeGreaterThan(25);
  await asking.stop();
});

test.each<[string, Partial<OpenMatch>]>([
  ["is full", { free: [] }],
  ["has only seats free that its queue does not use", { free: [4, 5] }],
  ["is of a queue that does not fill matches up", { origin: { ...origin, backfill: false } }],
])("a match that %s does not ask", async (_why, differing) => {
  const { asking, turn, asked } = setUp();
  await turn(match(differing));
  expect(await asked()).toEqual([]);
  await asking.stop();
});

test("a match that is full, or over, asks no longer, and others go on", async () => {
  const { asking, turn, asked } = setUp();
  await turn(match(), match({ id: "m2" }), match({ id: "m3" }));
  expect(await asked()).toHaveLength(3);
  await turn(match({ free: [] }), match({ id: "m2" }));
  expect((await asked()).map(({ matchId }) => matchId)).toEqual(["m2"]);
  await asking.stop();
  await turn(match());
  expect(await asked()).toHaveLength(1);
});

test("[P7] a store that fails is logged once, and asked again", async () => {
  let isAway = true;
  const { asking, turn, asked, logged } = setUp((store) => ({
    commit: async (...args) => {
      if (isAway) throw new StoreError("store/unavailable", "no answer");
      return store.commit(...args);
    },
  }));
  for (let turns = 0; turns < 3; turns++) await turn(match());
  expect(logged).toHaveLength(1);
  isAway = false;
  await turn(match());
  expect(await asked()).toHaveLength(1);
  await asking.stop();
});

test("[P6] a store that is slower than a turn is not asked twice at once, and a stop waits for it", async () => {
  const answer = Promise.withResolvers<void>();
  let underWay = 0;
  const { asking, turn } = setUp((store) => ({
    commit: async (...args) => {
      underWay += 1;
      await answer.promise;
      return store.commit(...args);
    },
  }));
  for (let turns = 0; turns < 3; turns++) await turn(match());
  expect(underWay).toBe(1);
  let isStopped = false;
  const stopped = asking.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(isStopped).toBe(false);
  answer.resolve();
  await stopped;
});
