/**
 * How child processes end: with this process, when it ends in any way except SIGKILL, which only they can notice; and
 * in order, when they are told to. It starts none.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";

/** Sends the signal when this process exits. To react to signals as well, call `exitOnSignals`. */
export function endsWithUs(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  const end = () => void child.kill(signal);
  process.on("exit", end);
  child.once("exit", () => process.off("exit", end));
}

/** For a child: it ends with its parent, however that ends. Call it as soon as everything is loaded. */
export function endWithParent(): void {
  if (process.send === undefined) return;
  // A parent that died while this process was still loading is not heard of any more.
  if (!process.connected) process.exit(exitCodes.ok);
  process.once("disconnect", () => process.exit(exitCodes.ok));
}

/** For a command with nothing to finish: Ctrl-C and SIGTERM end it at once, with its children. */
export function exitOnSignals(): void {
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => process.exit(exitCodes.interrupted));
}

/** Ends it in order, or by force after `killMs`. Resolves when it is gone, with its exit code; null after a signal. */
export async function stopped(child: ChildProcess, killMs: number): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), killMs);
  await exit.finally(() => clearTimeout(timer));
  return child.exitCode;
}
