/**
 * What a server process looks like from outside at one moment: its memory, descriptors and the longest stretch in
 * which its event loop stood still. Linux tells descriptors; elsewhere they are left out.
 */
import { readdir } from "node:fs/promises";
import { readMetrics } from "../bench/metrics-text.ts";

const mib = 1024 * 1024;
const answerMsMax = 5000;

export interface ServerLook {
  readonly rssMib: number;
  readonly heapMib: number;
  /** Undefined where the system does not tell. */
  readonly descriptors: number | undefined;
  /** Longest pause of the event loop since the look before: Node's own histogram, which every reading empties. */
  readonly stoodStillMs: number;
  readonly matches: number;
}

/** @param pid of the process that serves @returns undefined when it does not answer */
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
