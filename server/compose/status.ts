/**
 * The numbers of one server process: puts what its parts report into the metrics, and sums up the last second for the
 * status line. It owns no part and only reads them.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { HostMetrics } from "../match/host-metrics.ts";
import type { LiveMatch } from "../match/live-match.ts";
import type { StatusNumbers } from "../ops/child-messages.ts";
import type { Metrics } from "../ops/metrics.ts";
import { residentMib } from "../ops/resources.ts";
import type { RoomMetrics } from "../room/room-metrics.ts";

/** The parts of the match host that are read. */
interface Host {
  all(): readonly { live: Pick<LiveMatch<never>, "frozen" | "unprotected" | "durableTick" | "match"> }[];
}

/** Counted here besides prom-client's metrics, because the status line needs it per second. */
interface CountedAt {
  journalBytes: number;
  patches: number;
  atMs: number;
}

export class NodeStatus {
  readonly #metrics: Metrics;
  readonly #nowMs: SteadyClock;
  /** Lateness of the running time slot: each of its ticks started this late. */
  #latenessSeconds = 0;
  #counts: CountedAt;
  #before: CountedAt;

  constructor(metrics: Metrics, nowMs: SteadyClock) {
    this.#metrics = metrics;
    this.#nowMs = nowMs;
    this.#counts = { journalBytes: 0, patches: 0, atMs: nowMs() };
    this.#before = { ...this.#counts };
  }

  slotLate = (seconds: number): void => {
    this.#latenessSeconds = seconds;
  };

  /** Receives the reports of rooms. */
  readonly ofRooms: RoomMetrics = {
    inputsOverflowed: (inputs) => this.#metrics.matches.inputsDropped("overflow", inputs),
    patchSent: (clients, bytes) => {
      this.#counts.patches += clients;
      this.#metrics.matches.sent(clients, bytes);
    },
    messageRefused: (fault) => this.#metrics.connections.messageRefused(fault),
    reconnected: () => this.#metrics.connections.reconnected(),
  };

  /** Receives the reports of matches. */
  readonly ofMatches: HostMetrics = {
    tickRan: (seconds) => this.#metrics.matches.tick({ latenessSeconds: this.#latenessSeconds, seconds }),
    gateDelay: (seconds) => this.#metrics.matches.gateReleased(seconds),
    framesSent: (seconds) => this.#metrics.matches.framesSent(seconds),
    recordBytes: (bytes) => {
      this.#counts.journalBytes += bytes;
      this.#metrics.matches.journaled(bytes);
    },
    snapshotTaken: (seconds) => this.#metrics.matches.snapshot(seconds),
    inputDropped: (reason) => this.#metrics.matches.inputsDropped(reason),
    askCalled: (result, seconds) => this.#metrics.asks.called(result, seconds),
    askEnded: (result) => this.#metrics.asks.ended(result),
    restored: (result, seconds) => this.#metrics.matches.restored(result, seconds),
  };

  /** Updates the gauges for a scrape of the metrics; it does not reset the status line. */
  gauge(host: Host): { matches: number; frozen: number } {
    const lives = host.all().map(({ live }) => live);
    const frozen = lives.filter((live) => live.frozen).length;
    const unprotected = lives.filter((live) => live.unprotected).length;
    const seats = lives.reduce((sum, live) => sum + live.match.seatsTaken, 0);
    this.#metrics.asks.pending(lives.reduce((sum, live) => sum + live.match.pendingAsks, 0));
    this.#metrics.matches.running({ matches: lives.length, seats, frozen, unprotected });
    this.#metrics.matches.journalLag(Math.max(0, ...lives.map((live) => live.match.tick - live.durableTick)));
    return { matches: lives.length, frozen };
  }

  /** Updates the gauges, and returns the numbers since the last call. */
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
      ...this.#metrics.matches.window(),
      journalKibPerSecond: rates.journal,
      patchesPerSecond: rates.patches,
      memoryMib: residentMib(),
    };
  }
}
