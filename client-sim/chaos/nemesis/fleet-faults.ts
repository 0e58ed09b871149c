/**
 * One fault of each kind, done to a running fleet with real signals, and looked at from outside until it is over:
 * do the matches that it hit have another owner, and does the one who lost them keep his mouth shut? Everything
 * waits with a bound; what did not come about in time is in the outcome, and judged there.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fetchMatches } from "../../../shared/client/api.ts";
import { nextBelow } from "../../../shared/game/deterministic/random.ts";
import { until } from "../until.ts";
import { type FleetScene, leaseMs, nearAddress } from "../workload/fleet-setup.ts";
import { isSettled } from "../workload/players.ts";
import type { FaultKind } from "./fault.ts";
import { openAfterAll, openEars, ownerless, standing } from "./fleet-look.ts";
import { chooseVictim, playersIn, readyNodes, strike, type Victim } from "./fleet-victim.ts";

const settledMsMax = 20_000;
/** How long Redis is away, at most. */
const redisAwayMsMax = 1500;
/** After Redis or a matchmaker is back they play on for so long: a pause that begins late is one, too. */
const calmMs = 1000;
/** A kernel that got no answer for so long asks again only six seconds later. */
const lossMs = 7000;
const questions = 20;
const questionEveryMs = 25;

export interface FaultOutcome {
  readonly kind: FaultKind;
  /** Ids of the running matches that it hit. */
  readonly matches: readonly string[];
  /** Those of them that nobody owned (again) within the time that was waited; one that is over by now may be among them. */
  readonly ownerless: readonly string[];
  /** Players in these matches when it hit. */
  readonly players: number;
  /** Sockets that stayed open to the node that was hit. */
  readonly ears: number;
  /** What they heard from it after the match had another owner: pause: anything, cut and loss: states and patches. */
  readonly staleMessages: number;
  /** Ears whose socket it did not close after it had lost the match. */
  readonly socketsKept: number;
  /** Calls of the API that got no answer, of `asked`. */
  readonly unanswered: number;
  readonly asked: number;
}

const harmless = { ownerless: [], ears: 0, staleMessages: 0, socketsKept: 0, unanswered: 0, asked: 0 };

export function perform(kind: FaultKind, scene: FleetScene): Promise<FaultOutcome> {
  switch (kind) {
    case "kill":
      return killNode(scene);
    case "pause":
      return pauseNode(scene);
    case "cut":
      return cutNode(scene);
    case "loss":
      return loseOnTheWay(scene);
    case "redis-restart":
      return restartRedis(scene);
    case "matchmaker":
      return killMatchmaker(scene);
  }
}

async function killNode(scene: FleetScene): Promise<FaultOutcome> {
  const victim = await chooseVictim(scene);
  process.kill(victim.pid, "SIGKILL");
  const hit = strike("kill", victim, scene);
  return { ...harmless, ...hit, ownerless: await ownerless(victim, scene) };
}

async function pauseNode(scene: FleetScene): Promise<FaultOutcome> {
  const victim = await chooseVictim(scene);
  const ears = await openEars(victim, scene);
  process.kill(victim.pid, "SIGSTOP");
  const atMs = performance.now();
  const hit = strike("pause", victim, scene);
  try {
    const left = await ownerless(victim, scene);
    await pauseUntil(atMs + 3 * leaseMs, scene);
    const heard = ears.map(({ messages }) => messages);
    process.kill(victim.pid, "SIGCONT");
    const socketsKept = await openAfterAll(ears, scene);
    const staleMessages = ears.reduce((sum, ear, at) => sum + ear.messages - heard[at]!, 0);
    return { ...harmless, ...hit, ownerless: left, ears: ears.length, staleMessages, socketsKept };
  } finally {
    wake(victim.pid);
    for (const ear of ears) ear.close();
  }
}

/** Something between a node and its Redis that can be broken. */
interface Way {
  readonly kind: "cut" | "loss";
  readonly forMs: number;
  readonly break: () => unknown;
  readonly heal: () => unknown;
}

async function cutNode(scene: FleetScene): Promise<FaultOutcome> {
  const victim = await chooseVictim(scene);
  const cable = scene.cables.get(victim.name)!;
  const way = { break: () => cable.cut(), heal: () => cable.heal() };
  return breakWay(scene, victim, { kind: "cut", forMs: 3 * leaseMs, ...way });
}

async function loseOnTheWay(scene: FleetScene): Promise<FaultOutcome> {
  const victim = await chooseVictim(scene);
  const router = scene.router!;
  const address = nearAddress(router, [...scene.cables.keys()].indexOf(victim.name) + 1)!;
  const way = { break: () => router.lose(address), heal: () => router.heal(address) };
  return breakWay(scene, victim, { kind: "loss", forMs: lossMs, ...way });
}

async function breakWay(scene: FleetScene, victim: Victim, way: Way): Promise<FaultOutcome> {
  const ears = await openEars(victim, scene);
  await way.break();
  const atMs = performance.now();
  const hit = strike(way.kind, victim, scene);
  try {
    const left = await ownerless(victim, scene);
    // It may still say that it is frozen: that reflects no tick.
    const heard = ears.map(({ states }) => states);
    await pauseUntil(atMs + way.forMs, scene);
    await way.heal();
    const socketsKept = await openAfterAll(ears, scene);
    const staleMessages = ears.reduce((sum, ear, at) => sum + ear.states - heard[at]!, 0);
    return { ...harmless, ...hit, ownerless: left, ears: ears.length, staleMessages, socketsKept };
  } finally {
    await way.heal();
    for (const ear of ears) ear.close();
  }
}

async function restartRedis(scene: FleetScene): Promise<FaultOutcome> {
  const { fleet, redis, players, random, signal } = scene;
  const before = await fetchMatches({ url: fleet.url });
  const matches = before.map(({ id }) => id);
  await redis.stop("SIGKILL");
  const atMs = performance.now();
  for (const { witness } of players) witness.hushed("redis-restart", atMs);
  const hit = { kind: "redis-restart" as const, matches, players: playersIn(matches, scene) };
  await pause(nextBelow(random, redisAwayMsMax), undefined, { signal });
  await redis.start();
  const left = await standing(before, scene);
  await calmDown(scene);
  return { ...harmless, ...hit, ownerless: left };
}

async function killMatchmaker(scene: FleetScene): Promise<FaultOutcome> {
  const { fleet, players, random, signal } = scene;
  const all = (await readyNodes(scene)).filter(({ role }) => role === "matchmaker");
  const { pid } = all[nextBelow(random, all.length)]!;
  const before = await fetchMatches({ url: fleet.url });
  const matches = before.map(({ id }) => id);
  process.kill(pid!, "SIGKILL");
  for (const { witness } of players) witness.hushed("matchmaker", performance.now());
  let unanswered = 0;
  for (let asked = 0; asked < questions; asked++) {
    if (!(await answers(`${fleet.url}/v1/matches`))) unanswered += 1;
    await pause(questionEveryMs, undefined, { signal });
  }
  const left = await standing(before, scene);
  await calmDown(scene);
  const hit = { kind: "matchmaker" as const, matches, players: playersIn(matches, scene) };
  return { ...harmless, ...hit, ownerless: left, unanswered, asked: questions };
}

async function calmDown({ players, signal }: FleetScene): Promise<void> {
  await until(() => players.every(isSettled), { msMax: settledMsMax, signal });
  await pause(calmMs, undefined, { signal });
  for (const { witness } of players) witness.unhushed();
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function pauseUntil(atMs: number, { signal }: FleetScene): Promise<void> {
  await pause(Math.max(0, atMs - performance.now()), undefined, { signal });
}

/** Also when chaos ends in between: nothing is left standing still. */
function wake(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It is gone.
  }
}
