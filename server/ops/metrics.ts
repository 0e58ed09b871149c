/**
 * What one process counts and times, for Prometheus. Each subject has a file in metrics/ that implements the port
 * declared by its part of the server. Units are seconds and bytes, and labels have few values. It owns its registry,
 * so two servers in one test do not mix. compose/ connects the reporters.
 */
import { Counter, collectDefaultMetrics, type Registry } from "prom-client";
import { containedErrors } from "./last-resort.ts";
import { AccountMeters } from "./metrics/account-meters.ts";
import { AskMeters } from "./metrics/ask-meters.ts";
import { ConnectionMeters } from "./metrics/connection-meters.ts";
import { FleetMeters } from "./metrics/fleet-meters.ts";
import { HttpMeters } from "./metrics/http-meters.ts";
import { measureLoopDelay, ownDelaysOff } from "./metrics/loop-delay.ts";
import { MatchMeters } from "./metrics/match-meters.ts";
import { MatchmakingMeters } from "./metrics/matchmaking-meters.ts";
import { Meters } from "./metrics/meters.ts";
import { RedisMeters } from "./metrics/redis-meters.ts";
import { SleepMeters } from "./metrics/sleep-meters.ts";

export class Metrics {
  readonly #meters = new Meters();
  readonly matches = new MatchMeters(this.#meters);
  readonly asks = new AskMeters(this.#meters);
  readonly connections = new ConnectionMeters(this.#meters);
  readonly http = new HttpMeters(this.#meters);
  readonly accounts = new AccountMeters(this.#meters);
  readonly matchmaking = new MatchmakingMeters(this.#meters);
  readonly fleet = new FleetMeters(this.#meters);
  readonly redis = new RedisMeters(this.#meters);
  readonly sleep = new SleepMeters(this.#meters);
  readonly #readers: (() => void)[] = [];

  /** @param process whether to measure the process too: processor, memory, event loop delay, contained errors */
  constructor({ process = true }: { process?: boolean } = {}) {
    if (process) measureProcess(this.#meters.registry);
  }

  /** Updates numbers that nothing reports; runs whenever the metrics are read. */
  beforeReading(reader: () => void): void {
    this.#readers.push(reader);
  }

  /** In Prometheus' text format, with its content type. */
  async text(): Promise<{ type: string; text: string }> {
    for (const reader of this.#readers) reader();
    const { registry } = this.#meters;
    return { type: registry.contentType, text: await registry.metrics() };
  }
}

function measureProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry, ...ownDelaysOff });
  measureLoopDelay(registry);
  new Counter({
    name: "holdfast_errors_contained_total",
    help: "Uncaught errors that the process survived, by the row of the last-resort table",
    labelNames: ["from"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [from, count] of containedErrors()) this.inc({ from }, count);
    },
  });
}
