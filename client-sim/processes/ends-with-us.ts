/** Ends child processes when this process ends, in any way except SIGKILL, which cannot be noticed. */

import type { ChildProcess } from "node:child_process";
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
