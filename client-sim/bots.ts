/**
 * `npm run bots`: headless players that connect with the same client code as the page, in as many processes as asked for.
 * With `--house` it is the companion of `npm start`: quiet, endless, and it ends with its parent.
 */

import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { flagsOrExit } from "../shared/command-line/flags-or-exit.ts";
import { BlindCrew } from "./bots/blind-crew.ts";
import { hasBrain } from "./bots/brains.ts";
import { BotCrew, type Crew } from "./bots/crew.ts";
import { CrewProcesses } from "./bots/crew-processes.ts";
import { HouseSeats } from "./bots/house-seats.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { readableReport, reportOf } from "./bots/report.ts";
import { endWithParent } from "./processes/ends-with-us.ts";
import { gameFlags, type PlayedGame, playedGame } from "./which-game.ts";

const flags = flagsOrExit("bots", {
  url: {
    type: "urls",
    default: ["http://127.0.0.1:2567"],
    help: "the server; with several, any that answers",
  },
  ...gameFlags,
  players: { type: "integer", default: 8, min: 1, max: 20_000, help: "how many bots" },
  processes: {
    ...{ type: "integer", default: 1, min: 1, max: 64 },
    help: "spread them over processes: one for each core that they may use",
  },
  blind: {
    type: "boolean",
    help: "they look at nothing and send random inputs: several times as many fit on a core",
  },
  seconds: { type: "integer", default: 0, min: 0, max: 86_400, help: "how long; 0 for until Ctrl-C" },
  queue: {
    type: "name",
    default: "none",
    help: "queue for rated matches of this queue; none for any match",
  },
  seed: { type: "integer", default: 1, min: 0, max: 0xffff_ffff, help: "same seed, same bots" },
  json: { type: "boolean", help: "one JSON object as the last line" },
  house: { type: "boolean", help: "as part of npm start: quiet and endless" },
  keep: {
    type: "path",
    default: "none",
    help: "file that keeps the bots' seats for their next start",
  },
});

quietSdk();
if (flags.processes > 1 && (flags.house || flags.keep !== "none"))
  endBadly("--processes: not with --house or --keep, which are one process");
if (flags.blind && (flags.house || flags.queue !== "none")) endBadly("--blind: not with --house or --queue");
if (flags.blind && flags.url.some((url) => !url.startsWith("http:")))
  endBadly("--blind: only http://, they speak no TLS");
if (flags.processes > flags.players) endBadly("--processes: not more than there are players");
const played = await playedGame(flags).catch((error: Error): PlayedGame => endBadly(error.message));
const players = flags.house && flags.games !== "built-in" ? housePlayers(played) : flags.players;
// Without a brain there is nobody to play against. The supervisor lets it be.
if (players === 0) process.exit(exitCodes.ok);
const startedMs = performance.now();
const seconds = () => (performance.now() - startedMs) / 1000;
const plan = {
  ...{ url: flags.url, seed: flags.seed, first: 0, players },
  ...{ queue: flags.queue === "none" ? undefined : flags.queue, blind: flags.blind },
};
const crew = flags.processes > 1 ? inProcesses() : inThisProcess();
let stopping = false;

endWithParent();
// Ctrl-C goes to the whole terminal; the supervisor alone decides what it means for its children.
if (flags.house) {
  process.on("SIGINT", () => process.connected || process.exit(0));
  process.once("SIGTERM", () => process.exit(0));
} else {
  process.on("SIGINT", () => void finish());
  process.on("SIGTERM", () => void finish());
  if (flags.seconds > 0) setTimeout(() => void finish(), flags.seconds * 1000);
  if (process.stderr.isTTY) setInterval(showProgress, 500).unref();
}

/** The bots of one match, in which one seat is left for a player. */
function housePlayers({ game }: PlayedGame): number {
  return hasBrain(game) ? Math.min(flags.players, game.seats.max - 1) : 0;
}

function inThisProcess(): Crew {
  const seats = flags.keep === "none" ? undefined : HouseSeats.read(flags.keep);
  const all = flags.blind ? new BlindCrew(plan, played) : new BotCrew(plan, played, seats);
  void all.start();
  return all;
}

function inProcesses(): CrewProcesses {
  const { games, game, options, processes } = flags;
  const onDeath = (message: string) => console.error(`bots: ${message}; the others play on`);
  return new CrewProcesses(plan, { games, game, options }, { processes, onDeath });
}

/** All bots leave, then the report is printed. A second call does not wait. */
async function finish(): Promise<void> {
  if (stopping) process.exit(exitCodes.interrupted);
  stopping = true;
  const played = seconds();
  const report = reportOf(await crew.finish(), played);
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  const { messages } = crew;
  if (flags.json) console.log(JSON.stringify(report));
  else if (report.matches === 0 && messages.length > 0) console.error("bots: nobody got into a match");
  else console.log(readableReport(report));
  for (const message of messages) console.error(`bots: ${message}`);
  process.exit(0);
}

function showProgress(): void {
  if (stopping) return;
  const { playing, patches, reconnects, errors } = crew.progress;
  const left = flags.seconds > 0 ? ` of ${flags.seconds}` : "";
  const line = `${Math.round(seconds())}${left} s | ${playing}/${players} playing | ${patches} patches | ${reconnects} reconnects | ${errors} errors`;
  process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

function endBadly(message: string): never {
  console.error(`bots: ${message}`);
  process.exit(exitCodes.badUsage);
}
