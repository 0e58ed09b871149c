/**
 * The kills of a run: which instance and when, one after the other and some of them close together. The victim is any
 * that is ready, leader or not; the fleet's supervisor starts it again. One instance stays alive: without any, the load
 * balancer cannot find matches, and seats are held for only 15 s.
 */
import { setTimeout as pause } from "node:timers/promises";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { FleetProcess, NodeStatusView } from "../../processes/fleet-process.ts";
import { until } from "../until.ts";

/**
 * calm: all instances have been ready for a while. at-once: right after the previous kill.
 * coming-back: as soon as one is ready again beside the one that was left.
 */
export type KillMoment = "calm" | "at-once" | "coming-back";

const order: readonly KillMoment[] = ["calm", "at-once", "coming-back", "calm"];
/** Longer than the supervisor's 2 s within which a death counts against a process. */
const calmMsMin = 2200;
const calmMsSpread = 1000;
const atOnceMsMax = 150;
const readyMsMax = 60_000;

export interface Killing {
  readonly fleet: FleetProcess;
  readonly random: RandomState;
  readonly signal: AbortSignal;
  /** Pids of the victims so far, as the fleet notices a death a moment later. */
  readonly killed: Set<number>;
}

export const momentOf = (index: number): KillMoment => order[index % order.length]!;

/** Waits for the moment, then kills. @returns the victim's name. @throws Error when no instance is ready for long */
export async function killOne(killing: Killing, moment: KillMoment): Promise<string> {
  const { fleet, random, signal, killed } = killing;
  if (moment === "calm") await allReady(fleet, signal);
  const waitMs =
    moment === "calm" ? calmMsMin + nextBelow(random, calmMsSpread) : nextBelow(random, atOnceMsMax);
  await pause(waitMs, undefined, { signal });
  let victim: NodeStatusView | undefined;
  const look = async () => {
    const alive = (await matchmakers(fleet)).filter((each) => isReady(each) && !killed.has(each.pid!));
    if (alive.length > 1) victim = alive[nextBelow(random, alive.length)];
    return victim !== undefined;
  };
  if (!(await until(look, { msMax: readyMsMax, signal })))
    throw new Error(`no second matchmaker was ready within ${readyMsMax} ms`);
  const { name, pid } = victim!;
  killed.add(pid!);
  process.kill(pid!, "SIGKILL");
  return name;
}

/** @throws Error when one of them is not for long */
export async function allReady(fleet: FleetProcess, signal: AbortSignal): Promise<void> {
  let all: readonly NodeStatusView[] = [];
  const look = async () => {
    all = await matchmakers(fleet);
    return all.every(isReady);
  };
  if (await until(look, { msMax: readyMsMax, signal })) return;
  const states = all.map(({ name, state, restarts }) => `${name} ${state} (${restarts} restarts)`);
  throw new Error(`not all matchmakers were ready within ${readyMsMax} ms: ${states.join(", ")}`);
}

const isReady = ({ state, pid }: NodeStatusView) => state === "ready" && pid !== undefined;

export async function matchmakers(fleet: FleetProcess): Promise<readonly NodeStatusView[]> {
  return (await fleet.view()).nodes.filter(({ role }) => role === "matchmaker");
}
