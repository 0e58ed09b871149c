/** One run: builds a fleet, its store and its players from a seed, lets the faults happen, and judges. */
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { Chance } from "./chance.ts";
import { checkRestorable, checkRun } from "./checks.ts";
import type { Fault, StoreTrouble } from "./faults.ts";
import { type Finding, Findings } from "./findings.ts";
import { Fleet } from "./fleet.ts";
import { NodeProcess } from "./node-process.ts";
import { Player } from "./player.ts";
import { Scheduler } from "./scheduler.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { Trace } from "./trace.ts";
import { WitnessStore } from "./witness-store.ts";

/** Players stop sending commands so long before the end. */
const quietMs = 2500;
const probeEveryMs = 400;

export interface Sabotage {
  readonly fenceBroken?: boolean;
  readonly gateOpen?: boolean;
  readonly tailForgotten?: boolean;
}

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

interface Simulated {
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly findings: Findings;
  readonly store: WitnessStore;
  readonly trouble: Set<StoreTrouble>;
  readonly nodes: SimulatedNode[];
  readonly players: Player[];
  readonly fleet: Fleet;
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
  const quietTicks = new Map(store.entries().map(({ id }) => [id, store.journal(id).size]));
  await simulated.scheduler.runUntil(settings.endMs);
  await checkRun({ ...simulated, quietTicks });
  const { findings, trace, players } = simulated;
  const entries = store.entries();
  const counts = {
    seen: sum(players.map((player) => player.seen.length)),
    commands: sum(players.map((player) => player.commands.size)),
    claims: sum(entries.map(({ epoch }) => epoch - 1)),
    ticks: sum(entries.map(({ id }) => store.journal(id).size)),
  };
  return { settings, findings: findings.all(), fingerprint: trace.fingerprint(), trace, counts };
}

function build(settings: Settings, sabotage: Sabotage): Simulated {
  const { fenceBroken = false, gateOpen = false, tailForgotten = false } = sabotage;
  const scheduler = new Scheduler();
  const nowMs = () => scheduler.nowMs;
  const chance = new Chance(~settings.seed);
  const trace = new Trace(nowMs);
  const findings = new Findings({ nowMs, onFirst: () => trace.hold() });
  const { journalKeep, delayMs, ordered } = settings;
  const memory = new MemoryStore({ journalKeep, now: nowMs });
  const store = new WitnessStore({ store: memory, findings, trace, fenceBroken, tailForgotten });
  const trouble = new Set<StoreTrouble>();
  const line = { scheduler, chance, delayMs, ordered };
  const common = { settings, scheduler, chance, trace, findings, store };
  const nodes: SimulatedNode[] = [];
  const storeIsDown = () => [...trouble].some(({ kind }) => kind === "store-down");
  const fleet = new Fleet({ ...common, nodes, storeIsDown });
  for (let number = 0; number < settings.nodes; number++) {
    const name = `n${number}`;
    const weather: SimulatedNode["weather"] = new Set();
    const conditions = { weather, trouble };
    const newProcess = () => new NodeProcess({ ...common, name, conditions, storeLine: line, gateOpen });
    const onBeat = (hosted: ReadonlyMap<string, number>) => fleet.heardOf(name, hosted);
    const onDeath = () => fleet.died(name);
    const { leaseMs } = settings;
    nodes.push(new SimulatedNode({ name, scheduler, trace, leaseMs, weather, newProcess, onBeat, onDeath }));
  }
  const quietAtMs = settings.endMs - quietMs;
  const players = Array.from({ length: settings.players }, (_, number) => {
    const place = number % settings.matches;
    return new Player({ ...common, name: `p${number}`, place, fleet, line, quietAtMs });
  });
  return { settings, scheduler, trace, findings, store, trouble, nodes, players, fleet };
}

/** Asks again and again what a crash of everything would leave. */
function probe(simulated: Simulated): void {
  void checkRestorable(simulated);
  simulated.scheduler.later(probeEveryMs, () => probe(simulated));
}

function strike({ scheduler, trace, nodes, players, trouble, fleet }: Simulated, fault: Fault): void {
  trace.say(`fault: ${JSON.stringify(fault)}`);
  switch (fault.kind) {
    case "kill":
      kill(nodes[fault.node]!, fault.framesArrive, fault.forMs);
      break;
    case "kill-restoring":
      fleet.onRestore = (node) => {
        fleet.onRestore = undefined;
        scheduler.later(fault.afterMs, () => kill(node, true, fault.forMs));
      };
      // Nothing may go wrong after the faults are over.
      scheduler.later(fault.forMs, () => {
        fleet.onRestore = undefined;
      });
      break;
    case "stall":
      nodes[fault.node]!.stall(fault.forMs);
      break;
    case "cut":
    case "lossy":
    case "slow":
      lasts(nodes[fault.node]!.weather, fault);
      break;
    case "store-full":
    case "store-down":
      lasts(trouble, fault);
      break;
    case "drop-client":
      players[fault.player]!.breakOff();
      break;
    case "poison":
      players[fault.player]!.poison();
      break;
  }

  function kill(node: SimulatedNode, framesArrive: boolean, forMs: number): void {
    node.kill(framesArrive);
    scheduler.later(forMs, () => node.start());
  }

  function lasts<Lasting extends { forMs: number }>(conditions: Set<Lasting>, condition: Lasting): void {
    conditions.add(condition);
    scheduler.later(condition.forMs, () => conditions.delete(condition));
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
