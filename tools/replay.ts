/**
 * `npm run replay`: plays a stored match again. Exit status 0: done, and verified if asked; 1: not; 2: the command line
 * is wrong. The work is done in replay/replay-command.ts.
 */
import { endWith } from "../shared/command-line/flags-or-exit.ts";
import { replayRequest } from "./replay/arguments.ts";
import { replayCommand } from "./replay/replay-command.ts";

const reading = replayRequest(process.argv.slice(2), process.env);
process.exitCode = reading.ok
  ? await replayCommand(reading.request, reading.games, console)
  : endWith("replay", reading);
