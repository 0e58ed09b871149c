/** Real directors on a real Redis, killed with SIGKILL in the middle of their work, while players queue on and on. */
import { afterEach, describe, expect, test } from "vitest";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import { hasEnded, type Ticket } from "../../server/matchmaking/tickets/ticket.ts";
import { cancelTicket, waitForTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { later, newName, steadyMs } from "./directing-child.ts";
import { Directors } from "./directors.ts";
import { duelWish, testQueues } from "./world.ts";

const prefix = "kill:";
/** Longer than a turn: at any moment some proposals are under way. */
const seatingMs = 150;
const playerCount = 16;
const killCount = 4;
const askedAgainMs = 3000;
/** A director dies, its lease runs out, another one takes over, and it has to get seats: on a busy machine within a minute. */
const timesStuckMax = 20;
const runMsMax = 240_000;

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/**
 * Plays one match after the other until it is over.
 * @param isAlone whether nobody else plays any more
 * @returns its tickets as they ended; the last one is cancelled when there was nobody left to play with
 */
async function play(
  parts: MatchmakingParts,
  userId: string,
  { isOver, isAlone }: { isOver: () => boolean; isAlone: () => boolean },
): Promise<Ticket[]> {
  const ended: Ticket[] = [];
  while (!isOver()) {
    const request = { userId, idempotencyKey: `match ${ended.length}`, wish: duelWish(userId) };
    const created = await createTicket(parts, request);
    if (!created.ok) throw new Error(created.detail);
    let { ticket, version } = created;
    let timesStuck = 0;
    while (!hasEnded(ticket)) {
      const asked = { ticketId: ticket.id, userId };
      const found = await waitForTicket(parts, { ...asked, known: version, waitMs: askedAgainMs });
      const isStuck = found.ok && found.version === version;
      timesStuck = isStuck ? timesStuck + 1 : 0;
      if (timesStuck > timesStuckMax) throw new Error(`nothing became of ${ticket.id}`);
      if (isStuck && !isAlone()) continue;
      const next = isStuck ? await cancelTicket(parts, asked) : found;
      if (!next.ok) throw new Error(`lost: ${next.detail}`);
      ({ ticket, version } = next);
    }
    ended.push(ticket);
  }
  return ended;
}

describe.skipIf(noRedis)("on a real redis-server", () => {
  test(
    "[P8.5] directors are killed in the middle of proposals: every ticket is assigned, once, with its partner",
    async () => {
      const server = await RedisServer.start();
      open.push({ close: () => server.dispose() });
      const directors = new Directors({ url: server.url, prefix, seatingMs });
      open.push(directors);
      const store = await openRedisMatchmakingStore({ url: server.url, prefix, answerMsMax: 5000, steadyMs });
      open.push(store);
      const parts: MatchmakingParts = {
        store,
        queues: testQueues,
        nowMs: store.nowMs,
        steadyMs,
        later,
        newName,
      };

      let kills = 0;
      let left = playerCount;
      const game = { isOver: () => kills === killCount, isAlone: () => left === 1 };
      const playing = Array.from({ length: playerCount }, (_, at) =>
        play(parts, `player-${at}`, game).finally(() => {
          left -= 1;
        }),
      );
      for (let at = 0; at < 3; at++) directors.start();
      let inTheMiddle = 0;
      while (kills < killCount) {
        const leader = await directors.leads();
        // When the new leader is busy: some of its tickets are proposed, and seats are asked for.
        const busy = Promise.withResolvers<void>();
        const stop = await store.watch("q:duel", undefined, busy.resolve);
        await busy.promise;
        stop();
        await directors.kill(leader);
        const { rows } = await store.changes("q:duel", 0, 1000);
        const states = rows.flatMap(({ key, value }) =>
          key.startsWith("ticket:") ? [(JSON.parse(value) as Ticket).state] : [],
        );
        if (states.includes("proposed")) inTheMiddle += 1;
        directors.start();
        kills += 1;
      }

      const tickets = (await Promise.all(playing)).flat();
      const assigned = tickets.filter((ticket) => ticket.state === "assigned");
      // At the end one may be left without a partner.
      expect(tickets.length - assigned.length).toBeLessThanOrEqual(1);
      for (const [matchId, pair] of Map.groupBy(assigned, ({ assignment }) => assignment.matchId))
        expect([matchId, pair.length]).toEqual([matchId, 2]);
      expect(new Set(tickets.map(({ id }) => id)).size).toBe(tickets.length);
      expect(inTheMiddle).toBeGreaterThan(0);
    },
    runMsMax,
  );
});
