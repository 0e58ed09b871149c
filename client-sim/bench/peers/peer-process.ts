/**
 * What every peer's process has in common: it serves when it is asked to, and says what it has cost. It knows nothing of
 * how a peer sends; the peers are the other programs of this folder.
 */
import { createHistogram } from "node:perf_hooks";
import { endWithParent } from "../../processes/ends-with-us.ts";
import { ownCpuSeconds } from "../sample.ts";
import { spreadOf, type TimeSpread } from "../spread.ts";

export type PeerOrder = { readonly type: "start" } | { readonly type: "count" };

/** Since its start; lateness since the last count. */
export interface PeerCount {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** By how much more than a tick two ticks of one match were apart, milliseconds. */
  readonly lateMs: TimeSpread;
}

const lateness = createHistogram();
const tinyUs = 1;

/** To be told of each tick. @param lateMs how much later than it should have been */
export function tickWasLate(lateMs: number): void {
  lateness.record(Math.max(tinyUs, Math.round(lateMs * 1000)));
}

/** @param serve listens on a free port of loopback; resolves with the origin */
export function answerOrders(serve: () => Promise<string>): void {
  endWithParent();
  process.on("message", async ({ type }: PeerOrder) => {
    if (type === "start") {
      process.send!({ url: await serve() });
      return;
    }
    const count: PeerCount = {
      cpuSeconds: ownCpuSeconds(),
      memoryBytes: process.memoryUsage.rss(),
      lateMs: spreadOf(lateness),
    };
    lateness.reset();
    process.send!(count);
  });
}
