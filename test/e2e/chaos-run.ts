/** `npm run chaos` as a process of its own, with everything that it leaves behind in a directory of the test's. */
import { type CommandRun, commandRun } from "./command-run.ts";

/** @param temporary for its temporary files, and for what it keeps */
export function chaosRun<Report>(temporary: string, args: readonly string[]): Promise<CommandRun<Report>> {
  return commandRun("client-sim/chaos.ts", ["--players", "8", ...args], { TMPDIR: temporary });
}
