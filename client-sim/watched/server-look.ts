/**
 * One measurement of a server process from outside: its memory, the longest stall of its event loop and, on Linux, its
 * descriptors and for how long it waited for a processor.
 */
import { readdir, readFile } from "node:fs/promises";
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
  /**
   * For how long the thread of that loop could have run since its start and had no processor, in ms. Undefined where the
   * system does not report it.
   */
  readonly waitedMs: number | undefined;
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
      waitedMs: pid === undefined ? undefined : await waitedMsOf(pid),
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

/** The main thread's time on a processor and its time in line for one, in nanoseconds, and how often it ran. */
async function waitedMsOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/task/${pid}/schedstat`, "utf8").catch(() => undefined);
  return text === undefined ? undefined : Number(text.split(" ")[1]) / 1e6;
}
