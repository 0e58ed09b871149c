/**
 * One run of chaos on a fleet from start to end: nodes behind a load balancer, players, the requested faults in
 * turn, and then a comparison of the journals in Redis with what was seen. Nothing is left running.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ChaosVerdict, check } from "./checker/checker.ts";
import { type FleetReport, fleetReport } from "./checker/fleet-report.ts";
import { readJournals } from "./history/journal.ts";
import type { FaultKind } from "./nemesis/fault.ts";
import { type FaultOutcome, injectFault } from "./nemesis/fleet-faults.ts";
import { readyNodes } from "./nemesis/fleet-victim.ts";
import { type Kill, killPlan } from "./nemesis/kill-plan.ts";
import { Router } from "./nemesis/router.ts";
import { until } from "./until.ts";
import {
  type FleetSetup,
  type FleetSetupOptions,
  setUp,
  startRedis,
  takeDown,
} from "./workload/fleet-setup.ts";
import { type ChaosPlayer, isSettled, leaveAll, sendOneAround } from "./workload/players.ts";

/** After this long the run goes on without the missing players or nodes, and the verdict counts them. */
const everyoneMsMax = 20_000;
const allNodesMsMax = 20_000;
/** How long everyone plays on after the last fault, so that there is something to check after it. */
const afterwardsMs = 2000;
const faultsMax = 10_000;

export interface FleetChaosOptions extends Omit<FleetSetupOptions, "directory"> {
  /** Injected in turn, until the time is over and each was injected once. */
  readonly faults: readonly FaultKind[];
  readonly minutes: number;
  readonly progress: (text: string) => void;
}

export interface FleetChaosResult {
  readonly report: FleetReport;
  readonly findings: readonly string[];
  readonly lost: number;
  /** The directory of Redis, which is kept when something was lost. */
  readonly kept: string | undefined;
}

/** @throws Error when the fleet does not start, or when interrupted */
export async function runFleetChaos(options: FleetChaosOptions): Promise<FleetChaosResult> {
  const directory = await mkdtemp(join(tmpdir(), "holdfast-chaos-"));
  let keep = false;
  options.progress("starting redis, the nodes and the load balancer");
  // The first address is for connections without a proxy.
  const router = options.faults.includes("loss") ? await Router.build(1 + options.rooms) : undefined;
  const redis = await startRedis(directory, router, options.faults).catch(async (error) => {
    await router?.close();
    throw error;
  });
  try {
    const setup = await setUp({ ...options, directory }, redis, router);
    const outcomes = await playAndBreak(options, setup);
    options.progress("replaying the journals");
    const journals = await readJournals(["--redis-url", redis.url, "--games", options.games]);
    const visits = setup.players.flatMap(({ recorder }) => recorder.visits);
    const verdict: ChaosVerdict = check(visits, journals);
    const judged = fleetReport({ ...options, players: setup.players, outcomes, verdict, journals });
    keep = judged.lost > 0;
    return { ...judged, kept: keep ? directory : undefined };
  } finally {
    await redis.stop(keep ? "SIGTERM" : "SIGKILL");
    await router?.close();
    if (!keep) await rm(directory, { recursive: true, force: true });
  }
}

async function playAndBreak(options: FleetChaosOptions, setup: FleetSetup): Promise<readonly FaultOutcome[]> {
  const { players, random, signal } = setup;
  const { faults, progress } = options;
  const outcomes: FaultOutcome[] = [];
  const startedMs = performance.now();
  const isOver = () =>
    outcomes.length >= faults.length && performance.now() - startedMs >= options.minutes * 60_000;
  try {
    for (const { bot } of players) bot.start();
    for (const moment of killPlan(faultsMax, random)) {
      if (isOver()) break;
      const kind = faults[outcomes.length % faults.length]!;
      await waitForMoment(moment, setup, progress);
      const outcome = await injectFault(kind, setup);
      outcomes.push(outcome);
      progress(`fault ${outcomes.length}, ${kind} (${moment.kind}): ${wordsOf(outcome)}`);
    }
    progress("waiting until everyone is back");
    await until(() => players.every(isSettled), { msMax: everyoneMsMax, signal });
    await pause(afterwardsMs, undefined, { signal });
  } finally {
    progress("stopping");
    await leaveAll(players);
    await takeDown(setup);
  }
  return outcomes;
}

/** coming-back: while the node of the previous fault restarts; else when the fleet is complete again. */
async function waitForMoment(
  { kind, waitMs, joinMs }: Kill,
  setup: FleetSetup,
  progress: (text: string) => void,
): Promise<void> {
  const { fleet, players, random, signal } = setup;
  if (kind === "coming-back") {
    await until(() => players.some(({ bot }) => bot.isPlaying), { msMax: everyoneMsMax, signal });
  } else {
    const size = (await fleet.view()).nodes.length;
    const isWhole = async () => (await readyNodes(setup)).length === size;
    if (!(await until(isWhole, { msMax: allNodesMsMax, signal }))) progress("going on without some nodes");
    if (!(await until(() => players.every(isSettled), { msMax: everyoneMsMax, signal })))
      progress(`going on without ${awayText(players)}`);
  }
  await pause(waitMs, undefined, { signal });
  if (kind !== "joining") return;
  await sendOneAround(players, random);
  await pause(joinMs);
}

function awayText(players: readonly ChaosPlayer[]): string {
  const away = players.filter((player) => !isSettled(player));
  return away
    .map(({ bot, plain, recorder }) => {
      const last = recorder.visits.at(-1);
      const why = bot.connection?.state.kind ?? `no match: ${bot.tally.lastErrors.at(-1) ?? last?.endText}`;
      return `${bot.name}${plain ? " (plain SDK)" : ""}, ${why}`;
    })
    .join("; ");
}

function wordsOf({ matches, ownerless, players, detectors, staleMessages }: FaultOutcome): string {
  const without = ownerless.length > 0 ? `, ${ownerless.length} WITHOUT AN OWNER` : "";
  const heard = detectors > 0 ? `; ${staleMessages} stale messages at ${detectors} open sockets` : "";
  return `${matches.length} matches with ${players} players${without}${heard}`;
}
