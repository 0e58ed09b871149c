/**
 * Matchmaking without a server: a store, queues, and a clock that only a test moves. Names are numbers, so that a
 * run is the same every time.
 */
import { Director } from "../../server/matchmaking/director/director.ts";
import type { Seating, SeatingResult } from "../../server/matchmaking/director/seating.ts";
import { proposals } from "../../server/matchmaking/engine/proposals.ts";
import type { MatchmakingParts } from "../../server/matchmaking/parts.ts";
import { type QueueRules, readQueues } from "../../server/matchmaking/queues.ts";
import { createTicket } from "../../server/matchmaking/tickets/create-ticket.ts";
import type { TicketWish } from "../../server/matchmaking/tickets/new-ticket.ts";
import type { TicketRow } from "../../server/matchmaking/tickets/rows.ts";
import type { Ticket } from "../../server/matchmaking/tickets/ticket.ts";
import type { MatchmakingStore } from "../../server/rows/store.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import { Scheduler } from "../simulation/scheduler.ts";

/** How often an instance reads what ended sessions, at least. */
export const refreshMs = 500;
/** How long a ticket waits at most. */
export const ticketMsMax = 15 * 60_000;

const startMs = 1_700_000_000_000;

/** One against one, and two against two; a window that lets anybody meet anybody. */
export const testQueues: ReadonlyMap<string, QueueRules> = declared([
  { name: "duel", game: "arena", teams: 2, teamSize: 1, regions: ["eu", "us"] },
  { name: "pairs", game: "arena", teams: 2, teamSize: 2, regions: ["eu", "us"] },
]);

function declared(queues: object[]): ReadonlyMap<string, QueueRules> {
  const wide = { start: 1000, growPerSecond: 0, max: 1000 };
  const fair = { start: 1, growPerSecond: 0, max: 1 };
  const read = readQueues(
    queues.map((queue) => ({ ...queue, ratingWindow: wide, unfairness: fair })),
    ["arena"],
  );
  if (!read.ok) throw new Error(read.message);
  return new Map(read.queues.map((rules) => [rules.name, rules]));
}

export interface World extends MatchmakingParts {
  readonly logged: readonly { message: string; details: Record<string, unknown> }[];
  readonly log: (message: string, details: object) => void;
  /** The store's clock steps by so much, back if negative; the process' own does not. */
  step(ms: number): void;
  /** Everything that is due in this time happens. */
  pass(ms: number): Promise<void>;
  director(seating: Seating, store?: MatchmakingStore): Director;
}

/** @param settled see `Scheduler` */
export function world(store?: MatchmakingStore, settled?: () => Promise<void>): World {
  const scheduler = new Scheduler(settled);
  let steppedMs = 0;
  const steadyMs = () => scheduler.nowMs;
  const nowMs = () => startMs + scheduler.nowMs + steppedMs;
  const logged: { message: string; details: Record<string, unknown> }[] = [];
  let names = 0;
  const later = (ms: number, run: () => void) => {
    let isOff = false;
    scheduler.later(ms, () => {
      if (!isOff) run();
    });
    return () => {
      isOff = true;
    };
  };
  const parts = {
    store: store ?? new LocalStore({ disk: new MemoryDisk(), nowMs }),
    queues: testQueues,
    nowMs,
    steadyMs,
    later,
    newName: (length: number) => (names++).toString(36).padStart(length, "0"),
    log: (message: string, details: object) => void logged.push({ message, details: { ...details } }),
  };
  return {
    ...parts,
    logged,
    step: (ms) => {
      steppedMs += ms;
    },
    pass: (ms) => {
      // What was begun before the clock moves comes as far as it can.
      scheduler.later(0, () => {});
      return scheduler.runUntil(scheduler.nowMs + ms);
    },
    director: (seating, own) =>
      new Director({ ...parts, store: own ?? parts.store, seating, decide: proposals }),
  };
}

/** A wish of one player for the queue `duel`. */
export const duelWish = (userId: string, more: Partial<TicketWish> = {}): TicketWish => ({
  queue: "duel",
  players: [{ userId }],
  latencyMs: { eu: 20 },
  backfill: false,
  ...more,
});

/** Puts a player into the queue `duel`. */
export async function queued(
  parts: MatchmakingParts,
  userId: string,
  more: Partial<TicketWish> = {},
): Promise<TicketRow> {
  const wish = duelWish(userId, more);
  const result = await createTicket(parts, { userId, idempotencyKey: `key of ${userId}`, wish });
  if (!result.ok) throw new Error(result.detail);
  return result;
}

/** Seats everybody, in matches m1, m2, …, and remembers it. */
export class EasySeating implements Seating {
  /** By match: user ids. */
  readonly matches = new Map<string, string[]>();
  readonly asked: string[] = [];
  /** Answers before it seats anybody; undefined: goes on. */
  before: (tickets: readonly Ticket[]) => Promise<SeatingResult | undefined> = async () => undefined;

  async seat({ proposalId, tickets }: Parameters<Seating["seat"]>[0]): Promise<SeatingResult> {
    this.asked.push(proposalId);
    return (await this.before(tickets)) ?? this.#seated(`m${this.matches.size + 1}`, tickets);
  }

  async backfill({
    proposalId,
    matchId,
    joining,
  }: Parameters<Seating["backfill"]>[0]): Promise<SeatingResult> {
    this.asked.push(proposalId);
    const tickets = joining.map(({ ticket }) => ticket);
    return (await this.before(tickets)) ?? this.#seated(matchId, tickets);
  }

  #seated(matchId: string, tickets: readonly Ticket[]): SeatingResult {
    const userIds = tickets.flatMap(({ players }) => players.map(({ userId }) => userId));
    this.matches.set(matchId, [...(this.matches.get(matchId) ?? []), ...userIds]);
    const seats = userIds.map((userId) => [userId, { sessionId: `${matchId}/${userId}`, reservation: {} }]);
    return { ok: true, matchId, address: "node-1:2567", seats: Object.fromEntries(seats) };
  }
}
