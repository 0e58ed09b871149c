/**
 * The numbers of one server process: gathers what its parts report into the metrics, and sums up the last
 * second for the status line. Owns no part; it only reads them.
 */
import type { LiveMatch, MatchMetrics } from "../match/live-match.ts";
import type { StatusNumbers } from "../ops/child-messages.ts";
import type { Metrics } from "../ops/metrics.ts";
import { residentMib } from "../ops/resources.ts";

/** What is read of the matches. */
interface Host {
  all(): readonly { live: Pick<LiveMatch<never>, "frozen" | "durableTick" | "match"> }[];
}

/** What is counted besides prom-client's own, because the status line wants it per second. */
interface CountedAt {
  journalBytes: number;
  patches: number;
  atMs: number;
}

export class NodeStatus {
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  /** Of the slot that runs now; each of its ticks began so late. */
  #latenessSeconds = 0;
  #counts: CountedAt;
  #before: CountedAt;

  constructor(metrics: Metrics, nowMs: () => number) {
    this.#metrics = metrics;
    this.#nowMs = nowMs;
    this.#counts = { journalBytes: 0, patches: 0, atMs: nowMs() };
    this.#before = { ...this.#counts };
  }

  slotLate = (seconds: number): void => {
    this.#latenessSeconds = seconds;
  };

  inputsOverflowed = (inputs: number): void => {
    for (let i = 0; i < inputs; i++) this.#metrics.inputDropped("overflow");
  };

  patchSent = (clients: number, bytes: number): void => {
    this.#counts.patches += clients;
    this.#metrics.sent(clients, bytes);
  };

  /** Where a match reports to. */
  readonly ofMatches: MatchMetrics = {
    tickRan: (seconds) => this.#metrics.tick({ latenessSeconds: this.#latenessSeconds, seconds }),
    gateDelay: (seconds) => this.#metrics.gateReleased(seconds),
    recordBytes: (bytes) => {
      this.#counts.journalBytes += bytes;
      this.#metrics.journaled(bytes);
    },
    snapshotTaken: (seconds) => this.#metrics.snapshot(seconds),
    inputDropped: (reason) => this.#metrics.inputDropped(reason),
  };

  /** Brings the gauges up to date, for who scrapes the metrics; takes nothing from the status line. */
  gauge(host: Host): { matches: number; frozen: number } {
    const lives = host.all().map(({ live }) => live);
    const frozen = lives.filter((live) => live.frozen).length;
    const seats = lives.reduce((sum, live) => sum + live.match.seatsTaken, 0);
    this.#metrics.running({ matches: lives.length, seats, frozen });
    this.#metrics.journalLag(Math.max(0, ...lives.map((live) => live.match.tick - live.durableTick)));
    return { matches: lives.length, frozen };
  }

  /** The same, and what happened since the last call. */
  read(host: Host, connections: number): StatusNumbers {
    const gauged = this.gauge(host);
    const now = { ...this.#counts, atMs: this.#nowMs() };
    const seconds = Math.max(0.001, (now.atMs - this.#before.atMs) / 1000);
    const perSecond = (key: "journalBytes" | "patches") => (now[key] - this.#before[key]) / seconds;
    const rates = { journal: perSecond("journalBytes") / 1024, patches: perSecond("patches") };
    this.#before = now;
    return {
      ...gauged,
      players: connections,
      ...this.#metrics.window(),
      journalKibPerSecond: rates.journal,
      patchesPerSecond: rates.patches,
      memoryMib: residentMib(),
    };
  }
}
