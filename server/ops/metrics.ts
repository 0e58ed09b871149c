/**
 * What the server counts and times, for Prometheus (`text`) and for the status line (`window`). The methods
 * that run at every tick or patch take numbers only: no label object is made, no label is looked up. Seconds
 * and bytes, as Prometheus wants them. Owns its registry: two servers in one test do not meet.
 */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { containedErrors } from "./last-resort.ts";

/** Why an input was not applied: inbox full, seen before, below the last one, more than a tick may take. */
export const dropReasons = ["overflow", "duplicate", "late", "budget"] as const;
export type DropReason = (typeof dropReasons)[number];

/** Why a connection was closed for what its client sent, or did not; room/frame-watch.ts has the rules. */
export const refusalReasons = ["text", "kind", "shape", "rate", "early", "unjoined", "handler"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why a connection was not taken or not kept; room/connections.ts has the order. */
export const turnedAwayReasons = ["full", "address", "idle"] as const;
export type TurnedAwayReason = (typeof turnedAwayReasons)[number];

/** Fine around the goals: lateness p99 2 ms, gate p50 3 ms and p99 8 ms. The last is a few ticks. */
const tickBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.033, 0.1];
const gateBuckets = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.016, 0.033, 0.1, 0.5, 2];
const slowBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Milliseconds since the last call of `window`; NaN where nothing was measured. */
export interface MetricsWindow {
  readonly tickLatenessMsP99: number;
  readonly gateMsP50: number;
  readonly gateMsP99: number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #latenessWindow = createHistogram();
  readonly #gateWindow = createHistogram();
  readonly #drops: Readonly<Record<DropReason, Counter.Internal>>;
  readonly #refusals: Readonly<Record<RefusalReason, Counter.Internal>>;
  readonly #turnedAway: Readonly<Record<TurnedAwayReason, Counter.Internal>>;

  readonly #tickLateness = this.#histogram(
    "tick_lateness_seconds",
    "Start of a tick after its due time",
    tickBuckets,
  );
  readonly #tickTime = this.#histogram("tick_seconds", "Time to run one tick of one match", tickBuckets);
  readonly #gateDelay = this.#histogram(
    "gate_delay_seconds",
    "Output of a tick held for its record",
    gateBuckets,
  );
  readonly #snapshotTime = this.#histogram(
    "snapshot_seconds",
    "Time that packing a snapshot took from its tick",
    tickBuckets,
  );
  readonly #restoreTime = this.#histogram(
    "restore_seconds",
    "Time to bring one match back from the store",
    slowBuckets,
  );
  readonly #journalLag = this.#gauge(
    "journal_lag_ticks",
    "Ticks not durable yet, of the match with the most",
  );
  readonly #matches = this.#gauge("matches", "Running matches");
  readonly #seats = this.#gauge("seats", "Taken seats of running matches");
  readonly #frozen = this.#gauge("matches_frozen", "Matches that wait for the store");
  readonly #journalBytes = this.#counter("journal_bytes_total", "Bytes of records handed to the store");
  readonly #patches = this.#counter("patches_sent_total", "Patches sent to clients");
  readonly #sentBytes = this.#counter("sent_bytes_total", "Bytes sent to clients");

  /** @param process whether to measure the process too: processor, memory, event loop delay, contained errors */
  constructor({ process = true }: { process?: boolean } = {}) {
    this.#drops = this.#byReason(
      "inputs_dropped_total",
      "Inputs of clients that were not applied",
      dropReasons,
    );
    this.#refusals = this.#byReason(
      "connections_refused_total",
      "Connections closed for what their clients sent",
      refusalReasons,
    );
    this.#turnedAway = this.#byReason(
      "connections_turned_away_total",
      "Connections that were too many, or idle when another one came",
      turnedAwayReasons,
    );
    if (!process) return;
    collectDefaultMetrics({ register: this.#registry });
    new Counter({
      name: "holdfast_errors_contained_total",
      help: "Errors that nobody caught and that ended nothing, by the row of the table",
      labelNames: ["from"],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [from, count] of containedErrors()) this.inc({ from }, count);
      },
    });
  }

  /** @param latenessSeconds how long after its due time it began, @param seconds how long it ran */
  tick({ latenessSeconds, seconds }: { latenessSeconds: number; seconds: number }): void {
    this.#tickLateness.observe(latenessSeconds);
    this.#tickTime.observe(seconds);
    record(this.#latenessWindow, latenessSeconds);
  }

  gateReleased(delaySeconds: number): void {
    this.#gateDelay.observe(delaySeconds);
    record(this.#gateWindow, delaySeconds);
  }

  /** One patch of a match, to so many clients, with what else left since the one before. */
  sent(clients: number, bytes: number): void {
    this.#patches.inc(clients);
    this.#sentBytes.inc(bytes);
  }

  inputDropped(reason: DropReason): void {
    this.#drops[reason].inc();
  }

  messageRefused(reason: RefusalReason): void {
    this.#refusals[reason].inc();
  }

  turnedAway(reason: TurnedAwayReason): void {
    this.#turnedAway[reason].inc();
  }

  journaled(bytes: number): void {
    this.#journalBytes.inc(bytes);
  }

  journalLag(ticks: number): void {
    this.#journalLag.set(ticks);
  }

  snapshot(seconds: number): void {
    this.#snapshotTime.observe(seconds);
  }

  restored(seconds: number): void {
    this.#restoreTime.observe(seconds);
  }

  running({ matches, seats, frozen }: { matches: number; seats: number; frozen: number }): void {
    this.#matches.set(matches);
    this.#seats.set(seats);
    this.#frozen.set(frozen);
  }

  window(): MetricsWindow {
    const window = {
      tickLatenessMsP99: milliseconds(this.#latenessWindow, 99),
      gateMsP50: milliseconds(this.#gateWindow, 50),
      gateMsP99: milliseconds(this.#gateWindow, 99),
    };
    this.#latenessWindow.reset();
    this.#gateWindow.reset();
    return window;
  }

  /** In the text format of Prometheus, with the content type to send it under. */
  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name: `holdfast_${name}`, help, buckets, registers: [this.#registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `holdfast_${name}`, help, registers: [this.#registry] });
  }

  /** A reason that has not occurred yet is 0, not absent: a rate over it must work. */
  #byReason<Reason extends string>(
    name: string,
    help: string,
    reasons: readonly Reason[],
  ): Readonly<Record<Reason, Counter.Internal>> {
    const counter = new Counter({
      name: `holdfast_${name}`,
      help,
      labelNames: ["reason"],
      registers: [this.#registry],
    });
    const bound = reasons.map((reason) => [reason, counter.labels(reason)]);
    const byReason = Object.fromEntries(bound) as Record<Reason, Counter.Internal>;
    for (const reason of reasons) byReason[reason].inc(0);
    return byReason;
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `holdfast_${name}`, help, registers: [this.#registry] });
  }
}

/** In microseconds; the histogram takes whole numbers from 1. */
function record(histogram: RecordableHistogram, seconds: number): void {
  histogram.record(Math.max(1, Math.round(seconds * 1e6)));
}

function milliseconds(histogram: RecordableHistogram, percentile: number): number {
  return histogram.count === 0 ? Number.NaN : histogram.percentile(percentile) / 1000;
}
