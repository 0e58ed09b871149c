/** Outcomes over a line that loses, delays and repeats: every match counts once for each of its players. */
import { expect } from "vitest";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { ratingsOf } from "../../server/ratings/ratings.ts";
import { fc, test } from "../matchmaking/async-property.ts";
import { world } from "../matchmaking/world.ts";
import { behind, TicketRecorder } from "../rows/recording-store.ts";
import { Chance } from "../simulation/chance.ts";

const players = ["ann", "ben", "cat", "dan"];
const matchCount = 20;

test(
  "[P8.7] an outcome that is recorded until it is answered, by several at once, counts exactly once",
  [fc.integer({ min: 0, max: 2 ** 31 })],
  async (seed) => {
    const chance = new Chance(seed);
    const parts = world();
    const store = new TicketRecorder().of(parts.store);
    const percent = { lost: 15, unanswered: 15, late: 15 };
    const line = { chance, later: parts.later, percent, delayMsMax: 50, isCut: false };
    const played = new Map(players.map((userId) => [userId, 0]));
    let answered = 0;
    const record = async (outcome: Parameters<typeof recordOutcome>[1]) => {
      for (;;) {
        const result = await recordOutcome({ ...parts, store: behind(line, store) }, outcome).catch(
          () => undefined,
        );
        if (result?.ok) break;
      }
      answered += 1;
    };
    for (let match = 0; match < matchCount; match++) {
      const winner = chance.pick(players);
      const loser = chance.pick(players.filter((userId) => userId !== winner));
      for (const userId of [winner, loser]) played.set(userId, played.get(userId)! + 1);
      const teams = [
        { rank: 1, userIds: [winner] },
        { rank: 2, userIds: [loser] },
      ];
      // The room's node, and the one that took the match over.
      for (let recorder = 0; recorder < 2; recorder++)
        void record({ matchId: `m${match}`, queue: "duel", teams });
    }
    await parts.pass(120_000);
    expect(answered).toBe(2 * matchCount);
    for (const [userId, matches] of played) {
      const { duel } = await ratingsOf(parts, userId);
      expect([userId, duel?.matches ?? 0]).toEqual([userId, matches]);
    }
  },
  25,
);
