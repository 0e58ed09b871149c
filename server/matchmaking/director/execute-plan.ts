/**
 * Performs one plan: the tickets become proposed, seats are requested, and the tickets become assigned, or wait
 * again. Each step is one conditional write of all tickets, under the director's epoch; where one is refused, nobody
 * was assigned. What it leaves undone (it dies, Redis is away) the leader's next turn gives back.
 */
import type { SteadyClock, UnixClock } from "../../../shared/clock.ts";
import type { Follower } from "../../rows/follower.ts";
import type { MatchmakingStore, Put } from "../../rows/store.ts";
import type { MatchmakingMetrics } from "../matchmaking-metrics.ts";
import { type TicketRow, ticketChange, ticketKey, ticketRow } from "../tickets/rows.ts";
import { hasEnded, type Ticket, waitedSeconds } from "../tickets/ticket.ts";
import type { FeedRow } from "./feed-rows.ts";
import { epochKey, type Lead } from "./lease.ts";
import type { SeatingPlan } from "./plan.ts";
import type { Refusals } from "./refusals.ts";
import type { Seating, SeatingResult } from "./seating.ts";
import { assigned, givenBack, proposalMsMax, proposed } from "./ticket-steps.ts";

const tryAgainMs = 100;

export interface ExecutionParts {
  readonly store: MatchmakingStore;
  readonly part: string;
  readonly follower: Follower<FeedRow>;
  readonly lead: Lead;
  readonly seating: Seating;
  readonly nowMs: UnixClock;
  readonly steadyMs: SteadyClock;
  readonly later: (ms: number, run: () => void) => () => void;
  readonly queue: string;
  readonly metrics: MatchmakingMetrics;
  /** Refusals of this queue. */
  readonly refusals: Refusals;
  readonly log: (message: string, details: object) => void;
}

type TicketStep = { readonly from: TicketRow; readonly to: Ticket };

/** @throws StoreError when the store failed before anybody was asked */
export async function executePlan(hands: ExecutionParts, plan: SeatingPlan): Promise<void> {
  const { nowMs, steadyMs, lead, queue, metrics } = hands;
  const { proposalId } = plan;
  const untilMs = steadyMs() + proposalMsMax;
  const proposing = plan.rows.map((from) => ({
    from,
    to: proposed(from.ticket, { proposalId, epoch: lead.epoch, nowMs: nowMs() }),
  }));
  const rows = await change(hands, proposing, plan.alongside);
  if (!rows) return metrics.proposalEnded(queue, "overtaken");

  const answer = await answered(hands, plan, rows);
  if (answer.ok) {
    const steps = rows.map((from) => ({
      from,
      to: assigned(from.ticket, plan.assignment(from.ticket, answer), nowMs()),
    }));
    const isWritten = await insist(hands, untilMs, () => change(hands, steps));
    if (isWritten || (await isKept(hands, steps))) return metrics.proposalEnded(queue, "assigned");
  }
  metrics.proposalEnded(queue, answer.ok ? "overtaken" : "refused");

  const blamed = answer.ok ? [] : (answer.ticketIds ?? rows.map(({ ticket }) => ticket.id));
  await insist(hands, untilMs, () => {
    const steps = stillProposed(hands, plan).map((from) => ({
      from,
      to: givenBack(from.ticket, { nowMs: nowMs(), blamed: blamed.includes(from.ticket.id) }),
    }));
    return change(hands, steps);
  });
}

/**
 * Makes one conditional write, and updates the follower's copy.
 * @returns the new rows; undefined when it was refused: the copy is read again and nothing was written
 */
export async function change(
  hands: ExecutionParts,
  steps: readonly TicketStep[],
  alongside: SeatingPlan["alongside"] = { expect: [], put: [] },
): Promise<TicketRow[] | undefined> {
  const { store, part, follower, lead, nowMs } = hands;
  if (steps.length === 0) return [];
  const tickets = ticketChange(steps, nowMs());
  const put: readonly Put[] = [...tickets.put, ...alongside.put];
  const result = await store.commit(part, {
    expect: [{ key: epochKey, version: lead.epochVersion }, ...tickets.expect, ...alongside.expect],
    put,
    remove: tickets.remove ?? [],
  });
  if (!result.ok) {
    const keys = result.reason === "conflict" ? result.keys.filter((key) => key !== epochKey) : [];
    if (keys.length > 0) await follower.reread(keys);
    return undefined;
  }
  countEnds(hands, steps);
  put.forEach(({ key, value }, at) => void follower.take({ key, value, version: result.versions[at]! }));
  return steps.map(({ to }, at) => ({ ticket: to, version: result.versions[at]! }));
}

/** Whether our assignment was written and its answer lost: a repetition is then refused like another director's. */
async function isKept(hands: ExecutionParts, steps: readonly TicketStep[]): Promise<boolean> {
  const { store, part } = hands;
  const keys = steps.map(({ to }) => ticketKey(to.id));
  const rows = await store.read(part, keys).catch(() => []);
  const kept = steps.every(({ to }, at) => {
    const ticket = ticketRow(rows[at])?.ticket;
    if (ticket?.state !== "assigned" || to.state !== "assigned") return false;
    return ticket.assignment.matchId === to.assignment.matchId;
  });
  if (kept) countEnds(hands, steps);
  return kept;
}

function countEnds({ queue, metrics }: ExecutionParts, steps: readonly TicketStep[]): void {
  for (const { to } of steps) if (hasEnded(to)) metrics.ticketEnded(queue, to.state, waitedSeconds(to));
}

/** The answer of seating; a refusal when it threw, did not answer in time, or left somebody out. */
async function answered(
  hands: ExecutionParts,
  plan: SeatingPlan,
  rows: readonly TicketRow[],
): Promise<SeatingResult> {
  const tickets = rows.map(({ ticket }) => ticket);
  const waiting = new AbortController();
  const late = Promise.withResolvers<SeatingResult>();
  const callOff = hands.later(proposalMsMax, () => {
    late.resolve({ ok: false, code: "seating/no-answer" });
    waiting.abort();
  });
  let failure: Error | undefined;
  const asked = plan.ask(hands.seating, tickets, waiting.signal).catch((error: Error): SeatingResult => {
    failure = error;
    return { ok: false, code: "seating/failed" };
  });
  const said = await Promise.race([asked, late.promise]);
  callOff();
  const everybody = tickets.flatMap(({ players }) => players);
  const isWhole = said.ok && everybody.every(({ userId }) => said.seats[userId] !== undefined);
  const answer: SeatingResult = said.ok && !isWhole ? { ok: false, code: "seating/failed" } : said;
  if (!answer.ok) {
    hands.refusals.add(answer.code, failure);
    hands.metrics.proposalRefused(hands.queue, answer.code);
  }
  return answer;
}

/**
 * Retries while the store fails and a write is still useful: seats are held, and players wait.
 * @returns whether it was written; also false when unknown, which the next turn finds out
 */
async function insist(
  { steadyMs, later, log }: ExecutionParts,
  untilMs: number,
  write: () => Promise<readonly TicketRow[] | undefined>,
): Promise<boolean> {
  for (;;) {
    try {
      return (await write()) !== undefined;
    } catch (error) {
      if (steadyMs() + tryAgainMs >= untilMs) {
        log("the result of a proposal could not be stored; its tickets go back", { error });
        return false;
      }
      await new Promise<void>((resolve) => void later(tryAgainMs, resolve));
    }
  }
}

/** The tickets of a plan that nobody took back meanwhile. */
function stillProposed({ follower }: ExecutionParts, { proposalId, rows }: SeatingPlan): TicketRow[] {
  return rows.flatMap(({ ticket: { id } }) => {
    const row = follower.rows.get(ticketKey(id));
    if (row?.value.kind !== "ticket") return [];
    const { ticket } = row.value;
    const isOurs = ticket.state === "proposed" && ticket.proposalId === proposalId;
    return isOurs ? [{ ticket, version: row.version }] : [];
  });
}
