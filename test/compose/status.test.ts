/** The numbers of a process over a real host of matches: what stands still, what plays on, and what waits for the store. */
import { expect, test } from "vitest";
import { NodeStatus } from "../../server/compose/status.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { nodeOn } from "../match/host-setup.ts";
import { StubbornStore } from "../match/live-setup.ts";

test.each([
  ["strict", { frozen: 1, unprotected: 0 }],
  ["available", { frozen: 0, unprotected: 1 }],
] as const)(
  "under the policy %s a match whose store stands still shows as what it does",
  async (gate, expected) => {
    const store = new StubbornStore();
    const metrics = new Metrics({ process: false });
    const status = new NodeStatus(metrics, () => 0);
    const { host, open, play } = nodeOn(store, "n1", undefined, {
      gate,
      limits: { unackedTicksMax: 10 },
      metrics: status.ofMatches,
    });
    metrics.beforeReading(() => status.gauge(host));
    const read = async () => samplesOf((await metrics.text()).text);
    const live = await open("m", 5);
    const before = await read();
    expect(before.get("holdfast_matches")).toBe(1);
    expect(before.get("holdfast_seats")).toBe(1);
    expect(before.get("holdfast_tick_seconds_count")).toBe(5);
    expect(before.get("holdfast_journal_bytes_total")).toBeGreaterThan(20);
    expect([before.get("holdfast_matches_frozen"), before.get("holdfast_matches_unprotected")]).toEqual([
      0, 0,
    ]);
    store.stall();
    await play(live, 20);
    const after = await read();
    expect(after.get("holdfast_matches_frozen")).toBe(expected.frozen);
    expect(after.get("holdfast_matches_unprotected")).toBe(expected.unprotected);
    expect(after.get("holdfast_journal_lag_ticks")).toBeGreaterThanOrEqual(10);
  },
);
