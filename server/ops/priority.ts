/**
 * The processor priorities. House bots always run behind the server. A standby loads behind it and then gets its
 * priority back, as root on Linux only: without that right a lowered priority cannot be raised again, and the standby
 * would serve behind every other process forever.
 */
import { readdirSync } from "node:fs";
import { setPriority } from "node:os";

const normal = 0;
const behind = 5;
const farBehind = 10;

const canRaise = process.platform === "linux" && process.getuid?.() === 0;

export function yieldToServer(pid: number): void {
  attempt(() => setPriority(pid, behind));
}

export function lowerWhileLoading(pid: number): void {
  if (canRaise) setThreads(pid, farBehind);
}

export function restorePriority(pid: number): void {
  if (canRaise) setThreads(pid, normal);
}

/** Linux keeps the priority per thread, and a new thread inherits it. */
function setThreads(pid: number, priority: number): void {
  attempt(() => {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), priority);
  });
}

/** The process may be gone, or a sandbox may forbid it: the priority is best effort. */
function attempt(change: () => void): void {
  try {
    change();
  } catch {}
}
