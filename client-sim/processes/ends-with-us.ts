/**
 * How child processes end: with this process, when it ends in any way except SIGKILL, which cannot be noticed; and in
 * order, when they are told to. It starts none.
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

/** For a command with nothing to finish: Ctrl-C and SIGTERM end it at once, with its children. */
export function exitOnSignals(): void {
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => process.exit(exitCodes.interrupted));
}

/** Resolves when it is gone: in order, or by force after `killMs`. */
export async function stopped(child: ChildProcess, killMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), killMs);
  await exit.finally(() => clearTimeout(timer));
}
