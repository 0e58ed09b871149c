/**
 * One run from start to end: a fleet, groups that queue and play, matchmakers that are killed one after the other, and
 * then checks whether anything that a player was told is gone, or was done twice. Nothing is left running.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../until.ts";
import { judge, type MatchmakingVerdict } from "./checker.ts";
import { askEverything, audit } from "./final-reads.ts";
import { type WrongCounts, wrongs } from "./findings.ts";
import { type Evidence, hasEnded, newest } from "./history.ts";
import { allReady, killOne, momentOf } from "./kills.ts";
import { type MatchmakingReport, reportOf } from "./report.ts";
import { MatchmakingSetup, type MatchmakingSetupOptions } from "./setup.ts";

const firstMatchesMsMax = 30_000;
/** Limit after the last kill until every earlier ticket has ended, while others go on queueing. */
const settledMsMax = 30_000;
/** Share of the kills after which everybody plays to the end, because a match that all have left takes 30 s to end. */
const loyalAfter = 2 / 3;

export interface MatchmakingChaosOptions extends Omit<MatchmakingSetupOptions, "directory"> {
  readonly kills: number;
  /** Tests only: after the verdict some answers are false, and the report says what of them was noticed. */
  readonly sabotageAnswers: boolean;
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface MatchmakingChaosResult {
  readonly report: MatchmakingReport;
  readonly verdict: MatchmakingVerdict;
}

/** @throws Error when the fleet does not start, or when interrupted */
export async function runMatchmakingChaos(options: MatchmakingChaosOptions): Promise<MatchmakingChaosResult> {
  const { progress, signal } = options;
  const directory = await mkdtemp(join(tmpdir(), "holdfast-chaos-"));
  try {
    progress("starting redis, the nodes and the load balancer");
    const setup = await MatchmakingSetup.setUp({ ...options, directory });
    try {
      const leadsBefore = await playAndKill(setup, options);
      progress("waiting for the last matches, then asking for everything again");
      await audit(setup, signal);
      const leads = (await setup.leads()) - leadsBefore;
      const verdict = judge(setup.evidence, setup.players);
      const report = reportOf({ ...options, leads }, setup, verdict);
      const noticed = options.sabotageAnswers && { noticed: await noticedLies(setup) };
      return { report: { ...report, ...noticed }, verdict };
    } finally {
      progress("stopping");
      await setup.takeDown();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A checker that has never found anything proves nothing: some of the same answers again, and false. */
async function noticedLies(setup: MatchmakingSetup): Promise<WrongCounts> {
  setup.sabotaged = true;
  await askEverything(setup);
  const verdict = judge(setup.evidence, setup.players);
  return Object.fromEntries(wrongs.map((wrong) => [wrong, verdict[wrong]])) as WrongCounts;
}

/** @returns how often a queue's lead had changed hands before the first kill */
async function playAndKill(setup: MatchmakingSetup, options: MatchmakingChaosOptions): Promise<number> {
  const { evidence, groups } = setup;
  const { progress, signal } = options;
  for (const group of groups) group.start();
  await until(() => ended(evidence) >= groups.length / 2, { msMax: firstMatchesMsMax, signal });
  const leads = await setup.leads();
  await killAll(setup, options);
  const lastKillMs = evidence.killsAtMs.at(-1)!;
  const open = () =>
    [...evidence.tickets.values()].filter(
      (ticket) => ticket.createdAtMs < lastKillMs && !hasEnded(newest(ticket)),
    );
  progress(`${open().length} tickets from before the last kill are open`);
  await allReady(setup.fleet, signal);
  await until(() => open().length === 0, { msMax: settledMsMax, signal });
  evidence.hung.push(...open().map(({ id }) => id));
  await Promise.all(groups.map((group) => group.stop()));
  return leads;
}

async function killAll(setup: MatchmakingSetup, options: MatchmakingChaosOptions): Promise<void> {
  const { evidence, fleet, players } = setup;
  const { kills, seed, progress, signal } = options;
  const killing = { fleet, signal, random: { random: seed }, killed: new Set<number>() };
  for (let kill = 0; kill < kills; kill++) {
    if (kill >= kills * loyalAfter) for (const player of players) player.loyal = true;
    const moment = momentOf(kill);
    const name = await killOne(killing, moment);
    evidence.killsAtMs.push(Date.now());
    progress(`kill ${kill + 1} (${moment}): ${name}; ${ended(evidence)} tickets have ended`);
  }
}

const ended = ({ tickets }: Evidence): number =>
  [...tickets.values()].filter((ticket) => hasEnded(newest(ticket))).length;
