/**
 * How long the turns of the event loop take, by the names that the metrics package gives them. The package measures with a
 * timer that wakes the process a hundred times a second, which costs an idle server 1 % of a core, and counts the timer's own
 * time; here each turn is measured when there is one. It knows no other metric.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, type Registry } from "prom-client";

const dayMs = 86_400_000;

/** For the package: its own measurement of the event loop hardly ever wakes the process. */
export const ownDelaysOff = { eventLoopMonitoringPrecision: dayMs } as const;

const parts = ["min", "max", "mean", "stddev", "p50", "p90", "p99"] as const;

/** In the place of the package's own; each reading is about the time since the last one. */
export function measureLoopDelay(registry: Registry): void {
  const delays = monitorEventLoopDelay({ samplePerIteration: true });
  delays.enable();
  const figureOf = (part: (typeof parts)[number]): number =>
    part.startsWith("p") ? delays.percentile(Number(part.slice(1))) : delays[part as "min"];
  for (const part of parts) {
    const name = `nodejs_eventloop_lag_${part}_seconds`;
    registry.removeSingleMetric(name);
    new Gauge({
      ...{ name, help: `Delay of the event loop, ${part}, since the last reading`, registers: [registry] },
      collect() {
        this.set(delays.count === 0 ? 0 : figureOf(part) / 1e9);
        if (part === "p99") delays.reset();
      },
    });
  }
}
