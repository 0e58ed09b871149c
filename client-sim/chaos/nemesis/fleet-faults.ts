/**
 * Injects one fault of each kind into a running fleet with real signals, and watches from outside until it is over:
 * do the matches that it hit have a new owner, and does the node that lost them send nothing more? Every wait is
 * bounded; what did not happen in time is in the outcome.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fetchMatches } from "../../../shared/client/api.ts";
import { nextBelow } from "../../../shared/game/deterministic/random.ts";
import { until } from "../until.ts";
import { type FleetSetup, leaseMs, nearAddress } from "../workload/fleet-setup.ts";
import { isSettled } from "../workload/players.ts";
import type { FaultKind } from "./fault.ts";
import { openAfterAll, openDetectors, ownerless, standing } from "./fleet-look.ts";
import { chooseVictim, playersIn, readyNodes, strike, type Victim } from "./fleet-victim.ts";

const settledMsMax = 20_000;
/** Longest absence of Redis. */
const redisAwayMsMax = 1500;
/** How long everyone plays on after Redis or a matchmaker is back, as a pause may begin late. */
const calmMs = 1000;
/** After this long without an answer, a kernel retries only six seconds later. */
const lossMs = 7000;
const questions = 20;
const questionEveryMs = 25;

export interface FaultOutcome {
  readonly kind: FaultKind;
  /** Ids of the running matches that the fault hit. */
  readonly matches: readonly string[];
  /** Those of them without an owner at the end of the wait; a match that has ended may be among them. */
  readonly ownerless: readonly string[];
  /** Players in these matches at the time of the fault. */
  readonly players: number;
  /** Sockets that stayed open to the node that was hit. */
  readonly detectors: number;
  /** Messages that they got after the match had a new owner; for pause all kinds count, for cut and loss states and patches. */
  readonly staleMessages: number;
  /** Detectors whose socket the node did not close after it had lost the match. */
  readonly socketsKept: number;
  /** API calls without an answer, of `asked`. */
  readonly unanswered: number;
  readonly asked: number;
}

const harmless = { ownerless: [], detectors: 0, staleMessages: 0, socketsKept: 0, unanswered: 0, asked: 0 };

export function injectFault(kind: FaultKind, setup: FleetSetup): Promise<FaultOutcome> {
  switch (kind) {
    case "kill":
      return killNode(setup);
    case "pause":
      return pauseNode(setup);
    case "cut":
      return cutNode(setup);
    case "loss":
      return loseOnTheWay(setup);
    case "redis-restart":
      return restartRedis(setup);
    case "matchmaker":
      return killMatchmaker(setup);
  }
}

async function killNode(setup: FleetSetup): Promise<FaultOutcome> {
  const victim = await chooseVictim(setup);
  process.kill(victim.pid, "SIGKILL");
  const hit = strike("kill", victim, setup);
  return { ...harmless, ...hit, ownerless: await ownerless(victim, setup) };
}

async function pauseNode(setup: FleetSetup): Promise<FaultOutcome> {
  const victim = await chooseVictim(setup);
  const detectors = await openDetectors(victim, setup);
  process.kill(victim.pid, "SIGSTOP");
  const atMs = performance.now();
  const hit = strike("pause", victim, setup);
  try {
    const left = await ownerless(victim, setup);
    await pauseUntil(atMs + 3 * leaseMs, setup);
    const heard = detectors.map(({ messages }) => messages);
    process.kill(victim.pid, "SIGCONT");
    const socketsKept = await openAfterAll(detectors, setup);
    const staleMessages = detectors.reduce((sum, detector, at) => sum + detector.messages - heard[at]!, 0);
    return { ...harmless, ...hit, ownerless: left, detectors: detectors.length, staleMessages, socketsKept };
  } finally {
    wake(victim.pid);
    for (const detector of detectors) detector.close();
  }
}

/** A connection between a node and its Redis that can be broken. */
interface Way {
  readonly kind: "cut" | "loss";
  readonly forMs: number;
  readonly break: () => unknown;
  readonly heal: () => unknown;
}

async function cutNode(setup: FleetSetup): Promise<FaultOutcome> {
  const victim = await chooseVictim(setup);
  const proxy = setup.proxies.get(victim.name)!;
  const way = { break: () => proxy.cut(), heal: () => proxy.heal() };
  return breakWay(setup, victim, { kind: "cut", forMs: 3 * leaseMs, ...way });
}

async function loseOnTheWay(setup: FleetSetup): Promise<FaultOutcome> {
  const victim = await chooseVictim(setup);
  const router = setup.router!;
  const address = nearAddress(router, [...setup.proxies.keys()].indexOf(victim.name) + 1)!;
  const way = { break: () => router.lose(address), heal: () => router.heal(address) };
  return breakWay(setup, victim, { kind: "loss", forMs: lossMs, ...way });
}

async function breakWay(setup: FleetSetup, victim: Victim, way: Way): Promise<FaultOutcome> {
  const detectors = await openDetectors(victim, setup);
  await way.break();
  const atMs = performance.now();
  const hit = strike(way.kind, victim, setup);
  try {
    const left = await ownerless(victim, setup);
    // The node may still send that a match is frozen, which reflects no tick.
    const heard = detectors.map(({ states }) => states);
    await pauseUntil(atMs + way.forMs, setup);
    await way.heal();
    const socketsKept = await openAfterAll(detectors, setup);
    const staleMessages = detectors.reduce((sum, detector, at) => sum + detector.states - heard[at]!, 0);
    return { ...harmless, ...hit, ownerless: left, detectors: detectors.length, staleMessages, socketsKept };
  } finally {
    await way.heal();
    for (const detector of detectors) detector.close();
  }
}

async function restartRedis(setup: FleetSetup): Promise<FaultOutcome> {
  const { fleet, redis, players, random, signal } = setup;
  const before = await fetchMatches({ url: fleet.url });
  const matches = before.map(({ id }) => id);
  await redis.stop("SIGKILL");
  const atMs = performance.now();
  for (const { recorder } of players) recorder.hushed("redis-restart", atMs);
  const hit = { kind: "redis-restart" as const, matches, players: playersIn(matches, setup) };
  await pause(nextBelow(random, redisAwayMsMax), undefined, { signal });
  await redis.start();
  const left = await standing(before, setup);
  await calmDown(setup);
  return { ...harmless, ...hit, ownerless: left };
}

async function killMatchmaker(setup: FleetSetup): Promise<FaultOutcome> {
  const { fleet, players, random, signal } = setup;
  const all = (await readyNodes(setup)).filter(({ role }) => role === "matchmaker");
  const { pid } = all[nextBelow(random, all.length)]!;
  const before = await fetchMatches({ url: fleet.url });
  const matches = before.map(({ id }) => id);
  process.kill(pid!, "SIGKILL");
  for (const { recorder } of players) recorder.hushed("matchmaker", performance.now());
  let unanswered = 0;
  for (let asked = 0; asked < questions; asked++) {
    if (!(await answers(`${fleet.url}/v1/matches`))) unanswered += 1;
    await pause(questionEveryMs, undefined, { signal });
  }
  const left = await standing(before, setup);
  await calmDown(setup);
  const hit = { kind: "matchmaker" as const, matches, players: playersIn(matches, setup) };
  return { ...harmless, ...hit, ownerless: left, unanswered, asked: questions };
}

async function calmDown({ players, signal }: FleetSetup): Promise<void> {
  await until(() => players.every(isSettled), { msMax: settledMsMax, signal });
  await pause(calmMs, undefined, { signal });
  for (const { recorder } of players) recorder.unhushed();
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function pauseUntil(atMs: number, { signal }: FleetSetup): Promise<void> {
  await pause(Math.max(0, atMs - performance.now()), undefined, { signal });
}

/** Continues a stopped process, also when chaos ends in between. */
function wake(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // The process is gone.
  }
}
