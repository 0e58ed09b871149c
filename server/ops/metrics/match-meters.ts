/**
 * What the matches of this process do, counted and timed, for Prometheus and for the status line (`window`). Methods
 * that run at every tick, patch or input only take numbers: they create no label object and look up no label.
 */
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Meters } from "./meters.ts";

/** Why an input was not applied: full buffer, seen before, below the last number. */
const dropReasons = ["overflow", "duplicate", "late"] as const;
export type DropReason = (typeof dropReasons)[number];

/** Results of restoring a stored match in this process; match/restores.ts defines these words. */
const restoreResults = ["restored", "lost-race", "left", "set-aside"] as const;
type RestoreResult = (typeof restoreResults)[number];

/** Fine around the goals: lateness p99 2 ms, gate p50 3 ms and p99 8 ms, a tick 10 ms. The last bucket is a few ticks. */
const tickBuckets = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.006, 0.008, 0.01, 0.012, 0.016, 0.033, 0.1],
];
const gateBuckets = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.016, 0.033, 0.1, 0.5, 2];
const restoreBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Milliseconds since the last call of `window`; NaN where nothing was measured. */
export interface MetricsWindow {
  readonly tickLatenessMsP99: number;
  readonly gateMsP50: number;
  readonly gateMsP99: number;
}

export class MatchMeters {
  readonly #latenessWindow = createHistogram();
  readonly #gateWindow = createHistogram();
  readonly #tickLateness;
  readonly #tickTime;
  readonly #gateDelay;
  readonly #sendTime;
  readonly #snapshotTime;
  readonly #restoreTime;
  readonly #restores;
  readonly #journalLag;
  readonly #matches;
  readonly #seats;
  readonly #frozen;
  readonly #unprotected;
  readonly #journalBytes;
  readonly #patches;
  readonly #sentBytes;
  readonly #drops;

  constructor(meters: Meters) {
    this.#tickLateness = meters.histogram(
      "tick_lateness_seconds",
      "Start of a tick after its due time",
      tickBuckets,
    );
    this.#tickTime = meters.histogram("tick_seconds", "Time to run one tick of one match", tickBuckets);
    this.#gateDelay = meters.histogram(
      "gate_delay_seconds",
      "Output of a tick held for its record",
      gateBuckets,
    );
    this.#sendTime = meters.histogram(
      "send_seconds",
      "Time to hand what one match made to the sockets",
      tickBuckets,
    );
    this.#snapshotTime = meters.histogram(
      "snapshot_seconds",
      "Time that packing a snapshot took from its tick",
      tickBuckets,
    );
    this.#restoreTime = meters.histogram(
      "restore_seconds",
      "Time to restore one match from the store",
      restoreBuckets,
    );
    this.#restores = meters.counterBy(
      "restores_total",
      "Stored matches that this process tried to restore, by result",
      "result",
      restoreResults,
    );
    this.#journalLag = meters.gauge("journal_lag_ticks", "Ticks not durable yet, of the match with the most");
    this.#matches = meters.gauge("matches", "Running matches");
    this.#seats = meters.gauge("seats", "Taken seats of running matches");
    this.#frozen = meters.gauge("matches_frozen", "Matches that wait for the store");
    this.#unprotected = meters.gauge("matches_unprotected", "Matches that play on without the store");
    this.#journalBytes = meters.counter("journal_bytes_total", "Bytes of records handed to the store");
    this.#patches = meters.counter("patches_sent_total", "Patches sent to clients");
    this.#sentBytes = meters.counter("sent_bytes_total", "Bytes sent to clients");
    this.#drops = meters.counterBy(
      "inputs_dropped_total",
      "Inputs of clients that were not applied",
      "reason",
      dropReasons,
    );
  }

  /** @param latenessSeconds how long after its due time the tick began, @param seconds how long it ran */
  tick({ latenessSeconds, seconds }: { latenessSeconds: number; seconds: number }): void {
    this.#tickLateness.observe(latenessSeconds);
    this.#tickTime.observe(seconds);
    record(this.#latenessWindow, latenessSeconds);
  }

  gateReleased(delaySeconds: number): void {
    this.#gateDelay.observe(delaySeconds);
    record(this.#gateWindow, delaySeconds);
  }

  framesSent(seconds: number): void {
    this.#sendTime.observe(seconds);
  }

  /** One patch of a match: how many clients got it, with all other bytes sent since the patch before. */
  sent(clients: number, bytes: number): void {
    this.#patches.inc(clients);
    this.#sentBytes.inc(bytes);
  }

  inputsDropped(reason: DropReason, inputs = 1): void {
    this.#drops[reason].inc(inputs);
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

  /** @param seconds from the check of its entry; only a restored match is timed */
  restored(result: RestoreResult, seconds: number): void {
    this.#restores[result].inc();
    if (result === "restored") this.#restoreTime.observe(seconds);
  }

  running(now: { matches: number; seats: number; frozen: number; unprotected: number }): void {
    this.#matches.set(now.matches);
    this.#seats.set(now.seats);
    this.#frozen.set(now.frozen);
    this.#unprotected.set(now.unprotected);
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
}

/** In microseconds; the histogram takes whole numbers from 1. */
function record(histogram: RecordableHistogram, seconds: number): void {
  histogram.record(Math.max(1, Math.round(seconds * 1e6)));
}

function milliseconds(histogram: RecordableHistogram, percentile: number): number {
  return histogram.count === 0 ? Number.NaN : histogram.percentile(percentile) / 1000;
}
