/**
 * Queues as this process sees them. Its own work is counted by it alone; the number of waiting tickets is reported
 * for the whole queue by every process that leads or could lead it. Each declared queue has its series from the
 * start, and there are no others.
 */
import type { Counter } from "prom-client";
import { type By, byValue, codeLabel, type Meters } from "./meters.ts";

const ticketEnds = ["assigned", "expired", "cancelled"] as const;
type TicketEndLabel = (typeof ticketEnds)[number];
const proposalEnds = ["assigned", "refused", "overtaken"] as const;
type ProposalEndLabel = (typeof proposalEnds)[number];

const waitBuckets = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
/** A turn is due every 0.1 s. */
const turnBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The present state of a queue, as a director sees it. */
interface QueueNow {
  readonly queue: string;
  readonly leads: boolean;
  readonly ticketsWaiting: number;
  readonly oldestSeconds: number;
  readonly proposalsUnderWay: number;
}

interface QueueCounters {
  readonly created: Counter.Internal;
  readonly ended: By<TicketEndLabel, Counter.Internal>;
  readonly proposals: By<ProposalEndLabel, Counter.Internal>;
  readonly noShows: Counter.Internal;
}

export class MatchmakingMeters {
  readonly #waiting;
  readonly #oldest;
  readonly #leads;
  readonly #underWay;
  readonly #created;
  readonly #ended;
  readonly #wait;
  readonly #proposals;
  readonly #refused;
  readonly #noShows;
  readonly #turnTime;
  readonly #parties;
  readonly #queues = new Map<string, QueueCounters>();

  constructor(meters: Meters) {
    const queue = ["queue"] as const;
    const gauge = (name: string, help: string) => meters.gauge(name, help, queue);
    this.#waiting = gauge("tickets_waiting", "Tickets that wait for a match, of the whole queue");
    this.#oldest = gauge(
      "oldest_ticket_age_seconds",
      "Age of the oldest waiting ticket; 0 when there is none",
    );
    this.#leads = gauge("queue_leads", "1 where this process makes the matches of the queue");
    this.#underWay = gauge("proposals_under_way", "Proposals of this process that wait for seats");
    const counter = (name: string, help: string) => meters.counter(name, help, queue);
    this.#created = counter("tickets_created_total", "Tickets created");
    this.#noShows = counter("no_shows_total", "Players who were given a seat and did not come");
    this.#ended = meters.counter("tickets_ended_total", "Tickets that ended, by reason", ["queue", "end"]);
    this.#wait = meters.histogram(
      "ticket_wait_seconds",
      "Time from a ticket to its assignment",
      waitBuckets,
      queue,
    );
    this.#proposals = meters.counter("proposals_total", "Proposals that ended, by result", [
      "queue",
      "result",
    ]);
    this.#refused = meters.counter("proposals_refused_total", "Proposals that got no seats, by error code", [
      "queue",
      "code",
    ]);
    this.#turnTime = meters.histogram(
      "matchmaking_turn_seconds",
      "Time of one turn of a queue",
      turnBuckets,
      queue,
    );
    this.#parties = meters.counter("parties_created_total", "Parties created");
  }

  declare(queues: Iterable<string>): void {
    for (const queue of queues) {
      this.#wait.zero({ queue });
      this.#queues.set(queue, this.#countersOf(queue));
    }
  }

  ticketCreated(queue: string): void {
    this.#queues.get(queue)?.created.inc();
  }

  ticketEnded(queue: string, end: TicketEndLabel, waitedSeconds: number): void {
    this.#queues.get(queue)?.ended[end].inc();
    if (end === "assigned" && this.#queues.has(queue)) this.#wait.observe({ queue }, waitedSeconds);
  }

  proposalEnded(queue: string, end: ProposalEndLabel): void {
    this.#queues.get(queue)?.proposals[end].inc();
  }

  proposalRefused(queue: string, code: string): void {
    if (this.#queues.has(queue)) this.#refused.inc({ queue, code: codeLabel(code) });
  }

  noShow(queue: string): void {
    this.#queues.get(queue)?.noShows.inc();
  }

  turn(queue: string, seconds: number): void {
    if (this.#queues.has(queue)) this.#turnTime.observe({ queue }, seconds);
  }

  partyCreated(): void {
    this.#parties.inc();
  }

  now(queues: readonly QueueNow[]): void {
    for (const { queue, leads, ticketsWaiting, oldestSeconds, proposalsUnderWay } of queues) {
      this.#leads.set({ queue }, leads ? 1 : 0);
      this.#waiting.set({ queue }, ticketsWaiting);
      this.#oldest.set({ queue }, oldestSeconds);
      this.#underWay.set({ queue }, proposalsUnderWay);
    }
  }

  #countersOf(queue: string): QueueCounters {
    const zero = (child: Counter.Internal) => {
      child.inc(0);
      return child;
    };
    return {
      created: zero(this.#created.labels(queue)),
      noShows: zero(this.#noShows.labels(queue)),
      ended: byValue(ticketEnds, (end) => zero(this.#ended.labels(queue, end))),
      proposals: byValue(proposalEnds, (end) => zero(this.#proposals.labels(queue, end))),
    };
  }
}
