/**
 * The kills of a run: which instance, when, one after the other and some of them close together. The victim is any
 * that is ready, whoever leads; the fleet's supervisor starts it again.
 */
import { setTimeout as pause } from "node:timers/promises";
import { nextBelow, type RandomState } from "../../../shared/deterministic/random.ts";
import type { FleetNodeView, FleetProcess } from "../../fleet-process.ts";
import { until } from "../until.ts";

/**
 * calm: all instances are there, and have been for a while. at-once: right after the kill before, another one.
 * coming-back: as soon as one is ready again.
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
}

export const momentOf = (index: number): KillMoment => order[index % order.length]!;

/**
 * Waits for the moment, then kills.
 * @param killed pids of earlier victims: the fleet may not have noticed yet
 * @returns the victim. @throws Error when no instance is ready for long
 */
export async function killOne(
  killing: Killing,
  moment: KillMoment,
  killed: ReadonlySet<number>,
): Promise<Victim> {
  const { random, signal } = killing;
  const waitMs =
    moment === "calm" ? calmMsMin + nextBelow(random, calmMsSpread) : nextBelow(random, atOnceMsMax);
  if (moment === "calm") await readyMatchmakers(killing, moment, killed);
  await pause(waitMs, undefined, { signal });
  const ready = await readyMatchmakers(killing, moment, killed);
  const victim = ready[nextBelow(random, ready.length)]!;
  process.kill(victim.pid, "SIGKILL");
  return victim;
}

export interface Victim {
  readonly name: string;
  readonly pid: number;
}

async function readyMatchmakers(
  { fleet, signal }: Killing,
  moment: KillMoment,
  killed: ReadonlySet<number>,
): Promise<readonly Victim[]> {
  let ready: readonly Victim[] = [];
  const look = async () => {
    const all = await matchmakers(fleet);
    ready = all.flatMap(({ name, state, pid }) =>
      state === "ready" && pid !== undefined && !killed.has(pid) ? [{ name, pid }] : [],
    );
    return ready.length >= (moment === "calm" ? all.length : 1);
  };
  if (!(await until(look, { msMax: readyMsMax, signal })))
    throw new Error(`${ready.length} matchmakers are ready after ${readyMsMax} ms`);
  return ready;
}

export async function matchmakers(fleet: FleetProcess): Promise<readonly FleetNodeView[]> {
  return (await fleet.view()).nodes.filter(({ role }) => role === "matchmaker");
}
