/**
 * One queue of a director, which may or may not lead it. It follows the queue's tickets either way, so that it can
 * continue at once when the leader dies; only the leader ends, proposes and assigns tickets. A turn waits for its own
 * writes, not for seats: those are requested concurrently, up to a limit.
 */

import type { SteadyClock, UnixClock } from "../../../shared/clock.ts";
import { queuePart } from "../../ratings/rating-rows.ts";
import { Follower } from "../../rows/follower.ts";
import type { MatchmakingStore } from "../../rows/store.ts";
import { StoreError } from "../../store-error.ts";
import type { Proposal, proposals } from "../engine/proposals.ts";
import type { OpenSeats } from "../engine/ticket.ts";
import { type MatchmakingMetrics, noMatchmakingMetrics } from "../matchmaking-metrics.ts";
import type { QueueRules } from "../queues.ts";
import { type TicketRow, ticketKey } from "../tickets/rows.ts";
import type { Ticket, Waiting } from "../tickets/ticket.ts";
import { change, type ExecutionParts, executePlan } from "./execute-plan.ts";
import { type FeedRow, readFeedRow } from "./feed-rows.ts";
import { type Lead, Lease } from "./lease.ts";
import { isStale, seatsKey } from "./open-seats.ts";
import { backfillPlan, matchPlan, type SeatingPlan } from "./plan.ts";
import { Refusals } from "./refusals.ts";
import type { Seating } from "./seating.ts";
import { isAvailable, overdueStep } from "./ticket-steps.ts";

/** Proposals that may wait for seats at the same time; the others of a scan begin when one of these has ended. */
const proposalsUnderWayMax = 256;
/** The result of a scan is used for this long; then all tickets are scanned again. */
const scanAgeMsMax = 1000;
/** Overdue tickets per write, and per turn. */
const ticketsPerWriteMax = 100;
const overduePerTurnMax = 2000;
const nameLength = 16;

export interface DirectorParts {
  readonly store: MatchmakingStore;
  readonly queues: ReadonlyMap<string, QueueRules>;
  readonly seating: Seating;
  /** The engine. */
  readonly decide: typeof proposals;
  /** The store's clock, and this process' monotonic clock, as in MatchmakingParts. */
  readonly nowMs: UnixClock;
  readonly steadyMs: SteadyClock;
  readonly later: (ms: number, run: () => void) => () => void;
  /** A random name of this many characters, which is unique. */
  readonly newName: (length: number) => string;
  readonly log: (message: string, details: object) => void;
  /** Whether no other instance uses the store. */
  readonly alone?: boolean;
  /** Whether a user who has waited since then (Unix ms) may still be matched. Left out: everybody may. */
  readonly mayWait?: (userId: string, sinceMs: number) => boolean;
  /** Without it, nothing is measured. */
  readonly metrics?: MatchmakingMetrics;
}

export interface QueueStatus {
  readonly queue: string;
  readonly leads: boolean;
  /** Tickets that wait or are proposed, as far as this director has read, also while another one leads. */
  readonly ticketsWaiting: number;
  /** Age of the oldest of them; 0 when there is none. */
  readonly oldestSeconds: number;
  /** This director's own. */
  readonly proposalsUnderWay: number;
}

/** The result of one look at all rows. */
interface QueueRows {
  readonly overdue: { from: TicketRow; to: Ticket }[];
  readonly tickets: Waiting[];
  readonly openSeats: OpenSeats[];
}

export class QueueDirector {
  readonly #parts: DirectorParts;
  readonly #rules: QueueRules;
  readonly #part: string;
  readonly #lease: Lease;
  readonly #follower: Follower<FeedRow>;
  /** Proposals in progress, by id. */
  readonly #underWay = new Map<
    string,
    { readonly done: Promise<void>; readonly ticketIds: readonly string[] }
  >();
  readonly #refusals = new Refusals();
  readonly #metrics: MatchmakingMetrics;
  /** Plans of the last scan that have not begun; the next one is at the end. */
  #plans: SeatingPlan[] = [];
  #scannedAtMs = 0;
  #lead: Lead | undefined;
  #turnMs = 0;

  constructor(parts: DirectorParts, rules: QueueRules) {
    const { store, steadyMs, alone = false } = parts;
    this.#parts = parts;
    this.#rules = rules;
    this.#metrics = parts.metrics ?? noMatchmakingMetrics;
    this.#part = queuePart(rules.name);
    this.#lease = new Lease({ store, part: this.#part, name: parts.newName(nameLength), steadyMs, alone });
    this.#follower = new Follower({ store, part: this.#part, read: readFeedRow, tally: cameFrom, steadyMs });
  }

  status(): QueueStatus {
    const nowMs = this.#parts.nowMs();
    let ticketsWaiting = 0;
    let oldestMs = nowMs;
    for (const { value } of this.#follower.rows.values()) {
      if (value.kind !== "ticket") continue;
      ticketsWaiting += 1;
      oldestMs = Math.min(oldestMs, value.ticket.createdAtMs);
    }
    return {
      queue: this.#rules.name,
      leads: this.#lead !== undefined,
      ticketsWaiting,
      oldestSeconds: (nowMs - oldestMs) / 1000,
      proposalsUnderWay: this.#underWay.size,
    };
  }

  /** Tickets from this range of addresses, as far as this director has read. */
  waitingFrom(range: string): number {
    return this.#follower.countOf(range);
  }

  /** Also called between turns, because a turn may take longer than a lease. @throws StoreError */
  async keepLease(): Promise<Lead | undefined> {
    const lead = await this.#lease.keep(this.#turnMs);
    // Without other instances, leading is no news.
    if (lead?.epoch !== this.#lead?.epoch && this.#parts.alone !== true) {
      const message = lead ? "leads the queue" : "leads the queue no longer";
      this.#parts.log(message, { queue: this.#rules.name, epoch: (lead ?? this.#lead)?.epoch });
    }
    this.#lead = lead;
    return lead;
  }

  /** Never runs twice at once. @throws StoreError */
  async runOnce(): Promise<void> {
    const startedAtMs = this.#parts.steadyMs();
    const lead = await this.keepLease();
    await this.#follower.refresh();
    if (lead) {
      const look = this.#look(lead);
      // Nothing is awaited in between: planning uses what the look found.
      if (this.#plans.length === 0 || startedAtMs - this.#scannedAtMs > scanAgeMsMax) this.#scan(look);
      this.#begin();
      await this.#endOverdue(lead, look.overdue);
      this.#report();
    }
    this.#turnMs = this.#parts.steadyMs() - startedAtMs;
    this.#metrics.turn(this.#rules.name, this.#turnMs / 1000);
  }

  /** Resolves when every proposal in progress has ended, whatever its result. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  }

  async stop(): Promise<void> {
    this.#plans = [];
    await this.settled();
    this.#lead = undefined;
    await this.#lease.release();
  }

  #look(lead: Lead): QueueRows {
    const nowMs = this.#parts.nowMs();
    const { mayWait = () => true } = this.#parts;
    const judged = { proposalsUnderWay: this.#underWay, lead, nowMs, mayWait };
    const busy = new Set([...this.#underWay.values()].flatMap(({ ticketIds }) => ticketIds));
    const look: QueueRows = { overdue: [], tickets: [], openSeats: [] };
    for (const [key, { version, value }] of this.#follower.rows) {
      if (value.kind === "seats") {
        if (isStale(value.seats, nowMs)) this.#follower.forget(key);
        else look.openSeats.push(value.seats);
        continue;
      }
      const { ticket } = value;
      const to = overdueStep(ticket, judged);
      if (to) look.overdue.push({ from: { ticket, version }, to });
      else if (isAvailable(ticket, nowMs) && !busy.has(ticket.id)) look.tickets.push(ticket);
    }
    return look;
  }

  async #endOverdue(lead: Lead, overdue: QueueRows["overdue"]): Promise<void> {
    const bound = Math.min(overdue.length, overduePerTurnMax);
    for (let at = 0; at < bound; at += ticketsPerWriteMax)
      await change(this.#hands(lead), overdue.slice(at, at + ticketsPerWriteMax));
  }

  #scan({ tickets, openSeats }: QueueRows): void {
    this.#scannedAtMs = this.#parts.steadyMs();
    this.#plans = [];
    if (tickets.length === 0) return;
    const nowMs = this.#parts.nowMs();
    const decided = this.#parts.decide({ tickets, openSeats, rules: this.#rules, nowMs });
    this.#plans = this.#plansOf(decided).reverse();
  }

  /** Starts as many plans as may be in progress, in order. */
  #begin(): void {
    while (this.#lead && this.#plans.length > 0 && this.#underWay.size < proposalsUnderWayMax) {
      const plan = this.#plans.pop()!;
      // A ticket was taken back since the scan: its partners are in the next one.
      if (plan.rows.every(({ ticket, version }) => this.#row(ticket.id)?.version === version))
        this.#start(this.#lead, plan);
    }
  }

  #start(lead: Lead, plan: SeatingPlan): void {
    const { proposalId } = plan;
    const done = executePlan(this.#hands(lead), plan)
      .catch((error: Error) => {
        // The next turn starts anew, detects by itself that the store fails, and logs it once.
        this.#plans = [];
        if (!(error instanceof StoreError))
          this.#parts.log("a proposal failed", { proposal: proposalId, error });
      })
      .finally(() => {
        this.#underWay.delete(proposalId);
        this.#begin();
      });
    this.#underWay.set(proposalId, { done, ticketIds: plan.rows.map(({ ticket }) => ticket.id) });
  }

  #plansOf({ proposals: matches, backfills }: ReturnType<typeof proposals>): SeatingPlan[] {
    const byMatch = Map.groupBy(backfills, ({ matchId }) => matchId);
    return [
      ...[...byMatch].flatMap(([matchId, joining]) => {
        const asked = this.#follower.rows.get(seatsKey(matchId));
        if (asked?.value.kind !== "seats") return [];
        const each = joining.map((backfill) => ({ backfill, row: this.#row(backfill.ticketId)! }));
        return [backfillPlan(this.#newId(), { version: asked.version, value: asked.value.seats }, each)];
      }),
      ...matches.map((proposal: Proposal) =>
        matchPlan(
          this.#newId(),
          proposal,
          proposal.teams.flat().map((id) => this.#row(id)!),
        ),
      ),
    ];
  }

  #row(ticketId: string): TicketRow | undefined {
    const row = this.#follower.rows.get(ticketKey(ticketId));
    return row?.value.kind === "ticket" ? { version: row.version, ticket: row.value.ticket } : undefined;
  }

  #report(): void {
    const refusals = this.#refusals.report(this.#parts.steadyMs());
    if (refusals) this.#parts.log("proposals got no seats", { queue: this.#rules.name, refusals });
  }

  #newId(): string {
    return this.#parts.newName(nameLength);
  }

  #hands(lead: Lead): ExecutionParts {
    const { store, seating, nowMs, steadyMs, later, log } = this.#parts;
    const [part, follower, refusals] = [this.#part, this.#follower, this.#refusals];
    const [queue, metrics] = [this.#rules.name, this.#metrics];
    const ofQueue = { part, follower, refusals, queue, metrics };
    return { ...ofQueue, store, lead, seating, nowMs, steadyMs, later, log };
  }
}

const cameFrom = (value: FeedRow): readonly string[] =>
  value.kind === "ticket" ? (value.ticket.from ?? []) : [];
