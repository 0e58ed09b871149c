/**
 * `npm run chaos`: kills the server again and again while bots play, or with --fleet breaks a whole fleet in
 * several ways, and then checks against the journal that nothing that anybody saw or was promised is gone. With
 * --matchmakers it kills matchmakers while players queue, and checks every ticket, party and rating. Exit code 1
 * when something is wrong.
 */

import { randomInt } from "node:crypto";
import { exitCodes } from "../shared/command-line/exit-codes.ts";
import { flagsOrExit } from "../shared/command-line/flags-or-exit.ts";
import { quietSdk } from "./bots/quiet-sdk.ts";
import { lossesIn } from "./chaos/checker/checker.ts";
import { fleetText, reportText } from "./chaos/checker/report-text.ts";
import { wrongsIn } from "./chaos/matchmaking/checker.ts";
import { matchmakingText } from "./chaos/matchmaking/report.ts";
import { type FaultKind, faultKinds } from "./chaos/nemesis/fault.ts";
import { gameFlags, playedGame } from "./which-game.ts";

const fleetMatchmakersDefault = 2;
const faultsDefault: readonly FaultKind[] = ["kill", "pause", "cut", "redis-restart"];

const flags = flagsOrExit("chaos", {
  ...gameFlags,
  kills: { type: "integer", default: 10, min: 1, max: 1000, help: "number of kills; not with --fleet" },
  players: { type: "integer", default: 16, min: 2, max: 200, help: "how many bots" },
  fleet: { type: "boolean", help: "a fleet on Redis behind nginx, instead of one server" },
  faults: {
    type: "words",
    default: faultsDefault,
    of: faultKinds,
    help: "fleet: the faults to inject, in turn",
  },
  minutes: { type: "integer", default: 3, min: 0, max: 1440, help: "fleet: how long; 0 for each fault once" },
  rooms: { type: "integer", default: 3, min: 2, max: 16, help: "fleet: nodes that own matches" },
  matchmakers: {
    ...{ type: "integer", default: 0, min: 1, max: 16, bare: 3 },
    help: "kill matchmakers, of this many (3), while players queue; with --fleet: how many it has (2)",
  },
  room: {
    type: "text",
    default: undefined,
    help: "players of this room of Colyseus instead of a game: `tally`, which is built in, or one of your module",
  },
  "room-module": {
    type: "path",
    default: undefined,
    help: "room: the module that has it, as the server's flag --rooms",
  },
  script: {
    type: "path",
    default: undefined,
    help: "room: a module that says what its players do (docs/durable-rooms.md)",
  },
  seed: { type: "integer", default: 0, min: 0, max: 0xffff_ffff, help: "0 draws one" },
  json: { type: "boolean", help: "one JSON object as the last line" },
  "sabotage-answers": {
    type: "boolean",
    help: "matchmakers: after the verdict give some false answers, and report what chaos noticed",
  },
  "sabotage-gate": {
    type: "boolean",
    help: "the server sends what is not durable yet, which chaos must notice",
  },
  "store-delay-ms": {
    type: "integer",
    default: 0,
    min: 0,
    max: 5000,
    help: "slow every journal write down; fleet: everything that a node sends to Redis",
  },
});

/** The result of a run. */
interface ChaosOutcome {
  readonly report: object;
  readonly text: string;
  readonly findings: readonly string[];
  readonly lost: number;
  readonly kept: string | undefined;
}

quietSdk();
const seed = flags.seed || randomInt(1, 2 ** 32);
const startedMs = performance.now();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => interrupted.abort());
const asked = {
  players: flags.players,
  seed,
  sabotageGate: flags["sabotage-gate"],
  storeDelayMs: flags["store-delay-ms"],
  progress: (text: string) => void process.stderr.write(`chaos ${seconds()} s: ${text}\n`),
  signal: interrupted.signal,
};
try {
  const { report, text, findings, lost, kept } = await run();
  for (const finding of findings) console.error(`chaos: ${finding}`);
  if (kept !== undefined) console.error(`chaos: something is lost; its data is kept in ${kept}`);
  console.log(flags.json ? JSON.stringify(report) : text);
  if ((report as { readonly seen?: number }).seen === 0)
    throw new Error("nothing was seen, so nothing was compared: this run says nothing");
  process.exit(lost > 0 ? 1 : 0);
} catch (error) {
  const { signal } = interrupted;
  console.error(
    `chaos: ${signal.aborted ? "interrupted" : `with seed ${seed}: ${(error as Error).message}`}`,
  );
  process.exit(signal.aborted ? exitCodes.interrupted : exitCodes.failed);
}

async function run(): Promise<ChaosOutcome> {
  if (flags.room !== undefined) return inRoom(flags.room);
  if (flags.fleet) return onFleet();
  return flags.matchmakers > 0 ? onMatchmakers() : onServer();
}

async function inRoom(room: string): Promise<ChaosOutcome> {
  const { playedRoom } = await import("./chaos/rooms/played-room.ts");
  const { roomReportText, runRoomChaos } = await import("./chaos/rooms/run.ts");
  const { roomLossesIn } = await import("./chaos/rooms/room-checker.ts");
  const played = await playedRoom({ room, module: flags["room-module"], script: flags.script });
  const { kills, fleet } = flags;
  const { report, verdict, kept } = await runRoomChaos({
    ...{ ...asked, ...played, kills, nodes: fleet ? flags.rooms : undefined },
  });
  const lost = roomLossesIn(verdict);
  return { report, text: roomReportText(report, lost), findings: verdict.findings, lost, kept };
}

async function onServer(): Promise<ChaosOutcome> {
  const { runChaos } = await import("./chaos/run.ts");
  const played = await playedGame(flags);
  const { report, verdict, kept } = await runChaos({
    ...asked,
    kills: flags.kills,
    ...played,
    games: flags.games,
  });
  const lost = lossesIn(verdict);
  return { report, text: reportText(report, lost), findings: verdict.findings, lost, kept };
}

async function onFleet(): Promise<ChaosOutcome> {
  const { runFleetChaos } = await import("./chaos/fleet-run.ts");
  const { faults, minutes, rooms } = flags;
  const matchmakers = flags.matchmakers || fleetMatchmakersDefault;
  const played = { ...(await playedGame(flags)), games: flags.games };
  const result = await runFleetChaos({ ...asked, ...played, faults, minutes, rooms, matchmakers });
  return { ...result, text: fleetText(result.report, result.lost) };
}

async function onMatchmakers(): Promise<ChaosOutcome> {
  const { runMatchmakingChaos } = await import("./chaos/matchmaking/run.ts");
  const { kills, rooms, matchmakers } = flags;
  if (matchmakers < 2) throw new Error("--matchmakers: 2 or more, for one stays alive at every kill");
  const sabotageAnswers = flags["sabotage-answers"];
  const played = { ...(await playedGame(flags)), games: flags.games };
  const { report, verdict } = await runMatchmakingChaos({
    ...{ ...asked, ...played, kills, rooms, matchmakers, sabotageAnswers },
  });
  const lost = wrongsIn(verdict);
  return { report, text: matchmakingText(report, lost), findings: verdict.findings, lost, kept: undefined };
}

function seconds(): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}
