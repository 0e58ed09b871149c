/**
 * One measurement of a server process from outside: its memory, its descriptors (on Linux) and the longest stall of
 * its event loop.
 */
import { readdir } from "node:fs/promises";
import { readMetrics } from "../bench/metrics-text.ts";

const mib = 1024 * 1024;
const answerMsMax = 5000;

export interface ServerLook {
  readonly rssMib: number;
  readonly heapMib: number;
  /** Undefined where the system does not report it. */
  readonly descriptors: number | undefined;
  /** Longest stall of the event loop since the last measurement, by Node's histogram, which every reading resets. */
  readonly stoodStillMs: number;
  readonly matches: number;
}

/** @param pid the process that serves @returns undefined when it does not answer */
export async function lookAt(url: string, pid: number | undefined): Promise<ServerLook | undefined> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(answerMsMax) });
    const { values } = readMetrics(await answer.text());
    const value = (name: string) => values.get(name) ?? Number.NaN;
    return {
      rssMib: value("process_resident_memory_bytes") / mib,
      heapMib: value("nodejs_heap_size_used_bytes") / mib,
      descriptors: pid === undefined ? undefined : await descriptorsOf(pid),
      stoodStillMs: value("nodejs_eventloop_lag_max_seconds") * 1000,
      matches: value("holdfast_matches"),
    };
  } catch {
    return undefined;
  }
}

async function descriptorsOf(pid: number): Promise<number | undefined> {
  return readdir(`/proc/${pid}/fd`).then(
    (entries) => entries.length,
    () => undefined,
  );
}
