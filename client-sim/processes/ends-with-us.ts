/** A process that was started here and must not outlive the one that started it, however that ends; only SIGKILL cannot be watched for. */

import type { ChildProcess } from "node:child_process";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";

/** Sends the signal when this process exits. One that dies of a signal must make an exit of it: `exitOnSignals`. */
export function endsWithUs(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  const end = () => void child.kill(signal);
  process.on("exit", end);
  child.once("exit", () => process.off("exit", end));
}

/** For a command with nothing to finish: Ctrl-C and SIGTERM end it at once, and with it what it started. */
export function exitOnSignals(): void {
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => process.exit(exitCodes.interrupted));
}
