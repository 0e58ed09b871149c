/**
 * One run of chaos from start to end: a server as with `npm start`, players, kills, and then a comparison of the
 * journal with what was seen. Every wait is bounded; nothing is left running.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RandomState } from "../../shared/game/deterministic/random.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { type Spread, spreadOf } from "../percentiles.ts";
import { type ServerProcess, startServer } from "../processes/server-process.ts";
import { type ChaosVerdict, check, type Losses, lossesIn } from "./checker/checker.ts";
import { Epochs } from "./history/epochs.ts";
import { readJournals } from "./history/journal.ts";
import { type Kill, killPlan } from "./nemesis/kill-plan.ts";
import { until } from "./until.ts";
import { type ChaosPlayer, chaosPlayers, isSettled, leaveAll, sendOneAround } from "./workload/players.ts";

const backMsMax = 30_000;
/** After this long the run goes on without the missing players, and the verdict counts them. */
const everyoneMsMax = 20_000;
/** How long everyone plays on after the last kill, so that there is something to check after it. */
const afterwardsMs = 2000;

export interface ChaosOptions {
  readonly game: AnyGame;
  /** The options of its matches. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The module that has it, or "built-in"; for the server and the replay. */
  readonly games: string;
  readonly kills: number;
  readonly players: number;
  readonly seed: number;
  /** Tests only: the server sends before a tick is durable. */
  readonly sabotageGate: boolean;
  readonly storeDelayMs: number;
  readonly progress: (text: string) => void;
  /** Ends the run early: everything is stopped, and the run rejects. */
  readonly signal: AbortSignal;
}

export interface ChaosReport extends Losses {
  readonly kills: number;
  readonly matches: number;
  readonly clients: number;
  readonly gapMs: Spread;
  /** Figures of the clients on the plain SDK alone; `gapMs` is for all clients. */
  readonly plainSdk: { readonly clients: number; readonly gapMs: Spread };
  readonly seen: number;
  readonly returns: number;
  readonly commands: number;
  readonly seed: number;
}

export interface ChaosResult {
  readonly report: ChaosReport;
  readonly verdict: ChaosVerdict;
  /** The data directory, which is kept when something was lost. */
  readonly kept: string | undefined;
}

/** @throws Error when the server does not start or does not come back */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const dataDir = await mkdtemp(join(tmpdir(), "holdfast-chaos-"));
  let isLost = false;
  try {
    const players = await playAndKill(options, dataDir);
    options.progress("replaying the journals");
    const verdict = check(
      players.flatMap(({ recorder }) => recorder.visits),
      await readJournals(["--data", dataDir, "--games", options.games]),
    );
    isLost = lossesIn(verdict) > 0;
    return { report: reportOf(options, players, verdict), verdict, kept: isLost ? dataDir : undefined };
  } finally {
    if (!isLost) await rm(dataDir, { recursive: true, force: true });
  }
}

interface ChaosSetup {
  readonly server: ServerProcess;
  readonly players: readonly ChaosPlayer[];
  readonly epochs: Epochs;
  readonly random: RandomState;
  readonly signal: AbortSignal;
}

async function playAndKill(options: ChaosOptions, dataDir: string): Promise<readonly ChaosPlayer[]> {
  const { kills, seed, progress, signal } = options;
  progress("starting the server");
  const server = await startServer({ dataDir, supervised: true, args: serverFlags(options) });
  const epochs = new Epochs();
  const played = { game: options.game, options: options.options };
  const players = chaosPlayers({ url: server.url, ...played, players: options.players, seed, epochs });
  const setup: ChaosSetup = { server, players, epochs, random: { random: seed }, signal };
  try {
    for (const { bot } of players) bot.start();
    for (const [index, kill] of killPlan(kills, setup.random).entries()) {
      await killOnce(kill, setup);
      const killedMs = performance.now();
      await server.ready(backMsMax);
      const backMs = Math.round(performance.now() - killedMs);
      progress(`kill ${index + 1} of ${kills} (${kill.kind}): the server is back after ${backMs} ms`);
    }
    progress("waiting until everyone is back");
    await until(() => players.every(isSettled), { msMax: everyoneMsMax, signal });
    await pause(afterwardsMs, undefined, { signal });
  } finally {
    progress("stopping");
    await leaveAll(players);
    await server.stop();
  }
  return players;
}

function serverFlags({ games, sabotageGate, storeDelayMs }: ChaosOptions): string[] {
  const flags = ["--log-level", "warn", "--games", games];
  if (sabotageGate) flags.push("--sabotage-gate");
  if (storeDelayMs > 0) flags.push("--sabotage-store-delay-ms", String(storeDelayMs));
  return flags;
}

async function killOnce({ kind, waitMs, joinMs }: Kill, setup: ChaosSetup): Promise<void> {
  const { server, players, epochs, random, signal } = setup;
  const soMany =
    kind === "coming-back" ? () => players.some(({ bot }) => bot.isPlaying) : () => players.every(isSettled);
  await until(soMany, { msMax: everyoneMsMax, signal });
  await pause(waitMs, undefined, { signal });
  if (kind === "joining") {
    await sendOneAround(players, random);
    await pause(joinMs);
  }
  const atMs = performance.now();
  if (!server.kill()) throw new Error("The server died by itself, without being killed.");
  const epochOf = (matchId: string) => epochs.of(matchId);
  for (const { recorder } of players) recorder.struck({ kind: "kill", atMs, epochOf });
  epochs.killed();
}

export function reportOf(
  options: Pick<ChaosOptions, "kills" | "seed">,
  players: readonly ChaosPlayer[],
  verdict: ChaosVerdict,
): ChaosReport {
  const { seen, returns, findings: _, ...lost } = verdict;
  const visits = players.flatMap(({ recorder }) => recorder.visits);
  const plain = players.filter((player) => player.plain);
  const gapsOf = (some: readonly ChaosPlayer[]) =>
    spreadOf(some.flatMap(({ recorder }) => recorder.gaps.map(({ ms }) => ms)));
  return {
    kills: options.kills,
    matches: new Set(visits.map(({ matchId }) => matchId)).size,
    clients: players.length,
    ...lost,
    gapMs: gapsOf(players),
    plainSdk: { clients: plain.length, gapMs: gapsOf(plain) },
    seen,
    returns,
    commands: visits.reduce((sum, visit) => sum + visit.commands.length, 0),
    seed: options.seed,
  };
}
