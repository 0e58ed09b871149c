/**
 * What one process counts and times, for Prometheus: a subject per file of metrics/, each of which fits the port that
 * its part of the server declares. Seconds and bytes, and labels of few values. Owns its registry: two servers in one
 * test do not meet. Who reports what is decided where the parts are joined.
 */
import { Counter, collectDefaultMetrics, type Registry } from "prom-client";
import { containedErrors } from "./last-resort.ts";
import { AccountMeters } from "./metrics/account-meters.ts";
import { ConnectionMeters } from "./metrics/connection-meters.ts";
import { FleetMeters } from "./metrics/fleet-meters.ts";
import { HttpMeters } from "./metrics/http-meters.ts";
import { MatchMeters } from "./metrics/match-meters.ts";
import { MatchmakingMeters } from "./metrics/matchmaking-meters.ts";
import { Meters } from "./metrics/meters.ts";
import { RedisMeters } from "./metrics/redis-meters.ts";

export class Metrics {
  readonly #meters = new Meters();
  readonly matches = new MatchMeters(this.#meters);
  readonly connections = new ConnectionMeters(this.#meters);
  readonly http = new HttpMeters(this.#meters);
  readonly accounts = new AccountMeters(this.#meters);
  readonly matchmaking = new MatchmakingMeters(this.#meters);
  readonly fleet = new FleetMeters(this.#meters);
  readonly redis = new RedisMeters(this.#meters);
  readonly #readers: (() => void)[] = [];

  /** @param process whether to measure the process too: processor, memory, event loop delay, contained errors */
  constructor({ process = true }: { process?: boolean } = {}) {
    if (process) measureProcess(this.#meters.registry);
  }

  /** Brings numbers up to date that nobody reports; runs whenever the metrics are read. */
  beforeReading(reader: () => void): void {
    this.#readers.push(reader);
  }

  /** In the text format of Prometheus, with the content type to send it under. */
  async text(): Promise<{ type: string; text: string }> {
    for (const reader of this.#readers) reader();
    const { registry } = this.#meters;
    return { type: registry.contentType, text: await registry.metrics() };
  }
}

function measureProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  new Counter({
    name: "holdfast_errors_contained_total",
    help: "Errors that nobody caught and that ended nothing, by the row of the table",
    labelNames: ["from"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [from, count] of containedErrors()) this.inc({ from }, count);
    },
  });
}
