/** One run: builds a fleet, its store and its players from a seed, lets the faults happen, and judges. */
import { build, quietMs, type Simulated } from "./build.ts";
import { checkRestorable, checkRun } from "./checks.ts";
import type { Finding } from "./findings.ts";
import type { Sabotage } from "./sabotage.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { strike } from "./strike.ts";
import type { Trace } from "./trace.ts";

const probeEveryMs = 400;

export interface RunResult {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
  /** Equal for equal seeds. */
  readonly fingerprint: string;
  readonly trace: Trace;
  readonly counts: {
    readonly seen: number;
    readonly commands: number;
    readonly claims: number;
    readonly ticks: number;
  };
}

/** @param settings for a run with other settings than its seed's */
export async function simulate(
  seed: number,
  sabotage: Sabotage = {},
  settings: Settings = settingsOf(seed),
): Promise<RunResult> {
  const simulated = build(settings, sabotage);
  for (const fault of settings.faults) simulated.scheduler.at(fault.atMs, () => strike(simulated, fault));
  probe(simulated);
  await simulated.scheduler.runUntil(settings.endMs - quietMs);
  const { store } = simulated;
  const quietTicks = new Map(store.entries().map(({ id }) => [id, store.keptTick(id)]));
  await simulated.scheduler.runUntil(settings.endMs);
  await checkRun({ ...simulated, quietTicks });
  const { findings, trace, players } = simulated;
  const entries = store.entries();
  const counts = {
    seen: sum(players.map((player) => player.seen.length)),
    commands: sum(players.map((player) => player.commands.size)),
    claims: sum(entries.map(({ epoch }) => epoch - 1)),
    ticks: sum(entries.map(({ id }) => store.keptTick(id))),
  };
  return { settings, findings: findings.all(), fingerprint: trace.fingerprint(), trace, counts };
}

/** Asks again and again what a crash of everything would leave. */
function probe(simulated: Simulated): void {
  void checkRestorable(simulated);
  simulated.scheduler.later(probeEveryMs, () => probe(simulated));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
