/** Our engine as one of the queues compared: a scan a second over the players who wait. */
import { proposals } from "../../../server/matchmaking/engine/proposals.ts";
import type { WaitingTicket } from "../../../server/matchmaking/engine/ticket.ts";
import { type Growth, type QueueRules, readQueues } from "../../../server/matchmaking/queues.ts";
import { type Arrival, type Region, regions } from "./population.ts";
import { type Format, type MadeMatch, type Queue, type Reach, seatedOf } from "./queue.ts";

interface Stretch {
  /** 1: the defaults; 2: everything that widens does so half as fast, and starving begins later. */
  readonly patience: number;
  readonly reach: Reach;
}

/** The defaults of a queue, stretched in time; kept in each one's nearest region, or let loose on the world. */
export function simulatedRules({ teams, teamSize }: Format, { patience, reach }: Stretch): QueueRules {
  const declared = { name: "simulated", game: "arena", teams, teamSize, regions };
  const read = readQueues([declared], ["arena"]);
  if (!read.ok) throw new Error(read.message);
  const rules = read.queues[0]!;
  const slower = (growth: Growth) => ({ ...growth, growPerSecond: growth.growPerSecond / patience });
  const growAfterSeconds = rules.latencyMs.growAfterSeconds * patience;
  const fixedMs = reach === "by region" ? 0 : 1000;
  return {
    ...rules,
    ratingWindow: slower(rules.ratingWindow),
    unfairness: slower(rules.unfairness),
    latencyMs:
      reach === "widening"
        ? { ...slower(rules.latencyMs), growAfterSeconds }
        : { start: fixedMs, growPerSecond: 0, max: fixedMs, growAfterSeconds },
    starvationSeconds: rules.starvationSeconds * patience,
  };
}

export function engineQueue(rules: QueueRules): Queue {
  const waiting = new Map<string, { arrival: Arrival; ticket: WaitingTicket }>();
  const take = (id: string) => {
    const { arrival } = waiting.get(id)!;
    waiting.delete(id);
    return seatedOf(arrival);
  };
  return {
    arrive: (arrival) => void waiting.set(arrival.id, { arrival, ticket: ticketOf(arrival) }),
    round(nowMs): MadeMatch[] {
      if (waiting.size === 0) return [];
      const tickets = Array.from(waiting.values(), ({ ticket }) => ticket);
      return proposals({ tickets, openSeats: [], rules, nowMs }).proposals.map(({ region, teams }) => ({
        region: region as Region,
        sides: teams.map((ids) => ids.flatMap(take)),
      }));
    },
  };
}

function ticketOf({ id, atMs, players, latencyMs }: Arrival): WaitingTicket {
  return {
    id,
    queue: "simulated",
    createdAtMs: atMs,
    players: players.map(({ rating }, at) => ({ userId: `${id}.${at}`, rating })),
    latencyMs,
    backfill: false,
  };
}
