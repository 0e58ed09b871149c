/**
 * One run of chaos on rooms of Colyseus from start to end: a server or a fleet, players with the SDK alone, kills, and then a
 * comparison of the journals with what was seen. Every wait is bounded; nothing is left running.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nextBelow } from "../../../shared/game/deterministic/random.ts";
import { type Spread, spreadOf } from "../../percentiles.ts";
import type { Kill } from "../nemesis/kill-plan.ts";
import { until } from "../until.ts";
import { RoomBot } from "./room-bot.ts";
import { checkRooms, type RoomLosses, type RoomVerdict, roomLossesIn } from "./room-checker.ts";
import { SeenContents } from "./room-history.ts";
import { readRoomJournals } from "./room-journal.ts";
import { roomKillPlan } from "./room-plan.ts";
import type { RoomScript } from "./room-script.ts";
import { fleetOf, oneServer, type Victims } from "./room-victims.ts";

const perRoom = 4;
/** After this long the run goes on without the missing players, and the verdict counts them. */
const everyoneMsMax = 20_000;
/** How long everyone plays on after the last kill, so that there is something to check after it. */
const afterwardsMs = 1500;
/** What was asked is answered before the server ends. */
const answersMs = 500;

export interface RoomChaosOptions {
  readonly room: string;
  /** Path of the module that has it. */
  readonly module: string;
  readonly script: RoomScript;
  readonly kills: number;
  readonly players: number;
  /** Nodes of a fleet; undefined: one server with a data directory. */
  readonly nodes: number | undefined;
  readonly seed: number;
  readonly sabotageGate: boolean;
  readonly storeDelayMs: number;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface RoomChaosReport extends RoomLosses {
  readonly room: string;
  readonly kills: number;
  /** Nodes that had rooms; 1: one server. */
  readonly nodes: number;
  readonly rooms: number;
  readonly clients: number;
  readonly seen: number;
  readonly parts: number;
  readonly told: number;
  readonly returns: number;
  readonly epochs: number;
  readonly gapMs: Spread;
  readonly seed: number;
}

export interface RoomChaosResult {
  readonly report: RoomChaosReport;
  readonly verdict: RoomVerdict;
  readonly kept: string | undefined;
}

/** @throws Error when the server does not start or does not come back, or when the states are too large */
export async function runRoomChaos(options: RoomChaosOptions): Promise<RoomChaosResult> {
  const { nodes, progress, script } = options;
  const directory = await mkdtemp(join(tmpdir(), "holdfast-chaos-"));
  const contents = new SeenContents();
  let keep = false;
  try {
    progress(nodes === undefined ? "starting the server" : "starting redis, the nodes and the load balancer");
    const asked = { ...options, directory };
    const victims = await (nodes === undefined ? oneServer(asked) : fleetOf(nodes, asked));
    try {
      const bots = await playAndKill(options, victims, contents);
      progress("reading the journals");
      const journals = await readRoomJournals(victims.store);
      const visits = bots.flatMap((bot) => bot.visits);
      const verdict = checkRooms({ visits, journals, contents, script });
      keep = roomLossesIn(verdict) > 0;
      return { report: reportOf(options, bots, verdict), verdict, kept: keep ? directory : undefined };
    } finally {
      await victims.dispose(keep);
    }
  } finally {
    if (!keep) await rm(directory, { recursive: true, force: true });
  }
}

async function playAndKill(
  options: RoomChaosOptions,
  victims: Victims,
  contents: SeenContents,
): Promise<readonly RoomBot[]> {
  const { kills, seed, progress, signal } = options;
  const random = { random: seed };
  const bots = botsOf(options, victims.url, contents);
  try {
    for (const bot of bots) bot.start();
    for (const [index, kill] of roomKillPlan(kills, random).entries()) {
      await waitForMoment(kill, bots, victims, { random, signal });
      let atMs = 0;
      await victims.kill(random, (hit) => {
        atMs = performance.now();
        for (const bot of bots) if (isIn(bot, hit)) bot.struck(atMs);
      });
      await victims.back(false);
      progress(
        `kill ${index + 1} of ${kills} (${kill.kind}): back after ${Math.round(performance.now() - atMs)} ms`,
      );
      const failed = bots.find(({ failure }) => failure !== undefined);
      if (failed !== undefined) throw failed.failure;
    }
    progress("waiting until everyone is back");
    await until(() => bots.every((bot) => bot.isSettled), { msMax: everyoneMsMax, signal });
    await pause(afterwardsMs, undefined, { signal });
    for (const bot of bots) bot.rest();
    await pause(answersMs, undefined, { signal });
  } finally {
    progress("stopping");
    // They stay until the server is gone: the rooms are kept as they were, with everybody in them.
    for (const bot of bots) bot.end();
    await victims.stop();
  }
  return bots;
}

const isIn = (bot: RoomBot, rooms: ReadonlySet<string> | undefined): boolean =>
  rooms === undefined || rooms.has(bot.visits.at(-1)?.roomId ?? "");

interface MomentOf {
  readonly random: { random: number };
  readonly signal: AbortSignal;
}

async function waitForMoment(
  { kind, waitMs, joinMs }: Kill,
  bots: readonly RoomBot[],
  victims: Victims,
  { random, signal }: MomentOf,
): Promise<void> {
  const isComingBack = kind === "coming-back";
  if (!isComingBack) await victims.back(true);
  const enough = () =>
    isComingBack ? bots.some((bot) => bot.isSettled) : bots.every((bot) => bot.isSettled);
  await until(enough, { msMax: everyoneMsMax, signal });
  await pause(waitMs, undefined, { signal });
  if (kind !== "joining") return;
  await bots[nextBelow(random, bots.length)]!.moveOn();
  await pause(joinMs, undefined, { signal });
}

function botsOf({ room, script, players, seed }: RoomChaosOptions, url: string, contents: SeenContents) {
  const groups = Array.from({ length: Math.max(1, Math.ceil(players / perRoom)) }, () =>
    Promise.withResolvers<string>(),
  );
  return Array.from({ length: players }, (_, number) => {
    const group = groups[number % groups.length]!;
    return new RoomBot({
      ...{ url, room, number, script, contents },
      random: { random: (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(number + 1, 0x85ebca6b)) >>> 0 },
      roomId: async () => (number < groups.length ? undefined : group.promise),
      onMade: group.resolve,
    });
  });
}

function reportOf(
  { room, kills, nodes = 1, seed }: RoomChaosOptions,
  bots: readonly RoomBot[],
  { findings: _, ...verdict }: RoomVerdict,
): RoomChaosReport {
  return {
    ...{ room, kills, nodes, clients: bots.length, seed },
    rooms: new Set(bots.flatMap(({ visits }) => visits.map(({ roomId }) => roomId))).size,
    ...verdict,
    gapMs: spreadOf(bots.flatMap(({ gaps }) => gaps)),
  };
}

/** @param lost number of losses of all kinds */
export function roomReportText(report: RoomChaosReport, lost: number): string {
  const { room, kills, nodes, clients, rooms, seen, parts, told, returns, epochs, gapMs, seed } = report;
  const where = nodes === 1 ? "one server" : `${nodes} nodes`;
  return [
    `${kills} kills on ${where}, ${clients} clients with the SDK alone in ${rooms} rooms "${room}", seed ${seed}`,
    `compared: ${seen} states seen (${parts} of them a part of the room's), ${told} answers, ${returns} returns, ${epochs} owners`,
    `lost: ${report.roomsLost} rooms, ${report.seatsLost} places, ${report.seenThenLost} seen states, ${report.toldThenLost} answers`,
    `wrong: ${report.divergentStates} states that differ, ${report.rulesBroken} times the room's own rules`,
    `gap: p50 ${gapMs.p50} ms, p99 ${gapMs.p99} ms, max ${gapMs.max} ms`,
    ...(seen === 0 ? [] : [lost === 0 ? "Nothing was lost." : "SOMETHING WAS LOST."]),
  ].join("\n");
}
