/**
 * A process to be killed: a director on a real Redis. Its seats are lines of a Redis list, pushed before it
 * answers, so that the parent sees what a dead director promised. Arguments: Redis' URL, prefix, a name, and how
 * long seating takes in ms.
 */
import { randomBytes } from "node:crypto";
import { flushCompileCache } from "node:module";
import { Director } from "../../server/matchmaking/director/director.ts";
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import type { Ticket } from "../../server/matchmaking/tickets/ticket.ts";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import { testQueues } from "./world.ts";

export const steadyMs = () => performance.now();

export const later = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export const newName = (length: number) => randomBytes(length).toString("hex").slice(0, length);

if (import.meta.main) {
  // What Node compiled is kept for the next one: a process that is killed does not do that by itself.
  flushCompileCache();
  const [url, prefix, name, seatingMs] = process.argv.slice(2) as [string, string, string, string];
  const store = await openRedisMatchmakingStore({ url, prefix, answerMsMax: 2000, steadyMs });
  let matches = 0;
  const seated = async (tickets: readonly Ticket[]) => {
    await new Promise<void>((resolve) => void later(Number(seatingMs), resolve));
    const matchId = `${name}-${matches++}`;
    const userIds = tickets.flatMap(({ players }) => players.map(({ userId }) => userId));
    const seats = userIds.map((userId) => [userId, { sessionId: `${matchId}/${userId}`, reservation: {} }]);
    return { ok: true as const, matchId, seats: Object.fromEntries(seats) };
  };
  const director = new Director({
    store,
    queues: testQueues,
    decide: proposals,
    seating: {
      seat: ({ tickets }) => seated(tickets),
      backfill: ({ joining }) => seated(joining.map(({ ticket }) => ticket)),
    },
    nowMs: store.nowMs,
    steadyMs,
    later,
    newName,
    log: (message, details) => {
      if (message === "leads the queue") console.info(JSON.stringify({ leads: details }));
    },
  });
  director.start();
}
