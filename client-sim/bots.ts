/**
 * `npm run bots`: headless players that connect with the same client code as the page. With `--house` it is the
 * companion of `npm start`: quiet, endless, and it ends with its parent.
 */

import { setTimeout as pause } from "node:timers/promises";
import { joinMatch } from "../shared/client/follow-match.ts";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { flagsOrExit } from "../shared/command-line/flags-or-exit.ts";
import { Bot } from "./bots/bot.ts";
import { stepsPerSecondOf } from "./bots/brains.ts";
import type { Join } from "./bots/connection.ts";
import { HouseSeats, houseJoin } from "./bots/house-seats.ts";
import { InputTimer } from "./bots/input-timer.ts";
import { botName } from "./bots/names.ts";
import { queueing } from "./bots/queueing.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { totalOf } from "./bots/tally.ts";
import { gameFlags, type PlayedGame, playedGame } from "./which-game.ts";

/** Limit of bots that join at the same time; more would only wait at the server. */
const joiningAtOnce = 8;
const joinEveryMs = 5;

const flags = flagsOrExit("bots", {
  url: {
    type: "urls",
    default: ["http://127.0.0.1:2567"],
    help: "the server; with several, any that answers",
  },
  ...gameFlags,
  players: { type: "integer", default: 8, min: 1, max: 1000, help: "how many bots" },
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
const { game, options } = await playedGame(flags).catch((error: Error): PlayedGame => {
  console.error(`bots: ${error.message}`);
  process.exit(exitCodes.badUsage);
});
const timer = new InputTimer(stepsPerSecondOf(game));
const startedMs = performance.now();
const seconds = () => (performance.now() - startedMs) / 1000;
const seats = flags.keep === "none" ? undefined : HouseSeats.read(flags.keep);
const bots = Array.from({ length: flags.players }, (_, index) => newBot(index));
let stopping = false;

// Ctrl-C goes to the whole terminal; the supervisor alone decides what it means for its children.
if (process.connected) process.once("disconnect", () => process.exit(0));
if (flags.house) {
  process.on("SIGINT", () => process.connected || process.exit(0));
  process.once("SIGTERM", () => process.exit(0));
} else {
  process.on("SIGINT", () => void finish());
  process.on("SIGTERM", () => void finish());
  if (flags.seconds > 0) setTimeout(() => void finish(), flags.seconds * 1000);
  if (process.stderr.isTTY) setInterval(showProgress, 500).unref();
}
await startAll();

function newBot(index: number): Bot {
  const seed = (Math.imul(flags.seed + 1, 0x9e3779b1) + Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  // The bots begin with different servers, and go on with the next ones.
  const first = index % flags.url.length;
  const url = [...flags.url.slice(first), ...flags.url.slice(0, first)];
  return new Bot({ name: botName(index), seed, timer, game, join: joinOf(url) });
}

function joinOf(url: readonly string[]): Join {
  if (seats !== undefined) return houseJoin(url, seats);
  if (flags.queue !== "none") return queueing(url, flags.queue, game.name);
  return (name) => joinMatch({ url, game: game.name, options, name, api: { attemptsMax: 3 } });
}

/** Starts all bots in a steady stream: only a few join at the same time. */
async function startAll(): Promise<void> {
  for (const [index, bot] of bots.entries()) {
    if (stopping) return;
    bot.start();
    if (index < joiningAtOnce) continue;
    const earlier = bots[index - joiningAtOnce]!;
    for (let waits = 0; waits < 40 && !earlier.connection && !stopping; waits++) await pause(joinEveryMs);
  }
}

/** All bots leave, then the report is printed. A second call does not wait. */
async function finish(): Promise<void> {
  if (stopping) process.exit(exitCodes.interrupted);
  stopping = true;
  const report = totalOf(
    bots.map((bot) => bot.tally),
    seconds(),
  );
  await Promise.all(bots.map((bot) => bot.stop()));
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  const messages = new Set(bots.flatMap((bot) => bot.tally.lastErrors));
  if (flags.json) console.log(JSON.stringify(report));
  else if (report.matches === 0 && messages.size > 0) console.error("bots: nobody got into a match");
  else console.log(readable(report));
  for (const message of [...messages].slice(0, 5)) console.error(`bots: ${message}`);
  process.exit(0);
}

function readable(report: ReturnType<typeof totalOf>): string {
  return [
    `${counted(report.players, "player", "players")} in ${counted(report.matches, "match", "matches")}, ${report.seconds} s`,
    `${report.patches} patches, ${Math.round(report.bytes / 1024)} KiB in; ${report.inputs} inputs out`,
    `input to acknowledgement: p50 ${report.ackMs.p50} ms, p99 ${report.ackMs.p99} ms`,
    `${report.commandsAnswered} of ${report.commands} commands answered; ${report.errors} errors`,
    `${report.disconnects} disconnects, ${report.reconnects} reconnects; gap p50 ${report.gapMs.p50} ms, p99 ${report.gapMs.p99} ms`,
  ].join("\n");
}

const counted = (many: number, one: string, more: string) => `${many} ${many === 1 ? one : more}`;

function showProgress(): void {
  const now = totalOf(
    bots.map((bot) => bot.tally),
    seconds(),
  );
  const playing = bots.filter((bot) => bot.isPlaying).length;
  const left = flags.seconds > 0 ? ` of ${flags.seconds}` : "";
  const line = `${Math.round(now.seconds)}${left} s | ${playing}/${now.players} playing | ${now.patches} patches | ack ${now.ackMs.p50} ms | ${now.reconnects} reconnects | ${now.errors} errors`;
  process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}
