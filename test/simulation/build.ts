/** Puts the parts of one run together: a fleet, its store with its registry, a matchmaker and players. */
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { Chance } from "./chance.ts";
import type { Conversation } from "./conversation.ts";
import type { Fault, StoreTrouble } from "./faults.ts";
import { Findings } from "./findings.ts";
import { Matchmaker } from "./matchmaker.ts";
import type { Common } from "./node-process.ts";
import { Player } from "./player.ts";
import { RecordingStore } from "./recording-store.ts";
import { RegistryServer } from "./registry-server.ts";
import type { Sabotage } from "./sabotage.ts";
import { promisesSettled, Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { SimulatedNode } from "./simulated-node.ts";
import { Trace } from "./trace.ts";

/** Players stop sending commands this long before the end. */
export const quietMs = 2500;

type HitTaking = Extract<Fault, { kind: "hit-taking" }>;

export interface Simulated extends Common {
  readonly trouble: Set<StoreTrouble>;
  readonly nodes: readonly SimulatedNode[];
  readonly players: readonly Player[];
  /** What happens to the next node that takes a match. */
  readonly hitTaking: Set<HitTaking>;
}

export function build(
  settings: Settings,
  sabotage: Sabotage,
  conversation?: (nowMs: () => number) => Conversation,
): Simulated {
  const scheduler = new Scheduler(promisesSettled);
  const nowMs = () => scheduler.nowMs;
  const chance = new Chance(~settings.seed);
  const trace = new Trace(nowMs, conversation?.(nowMs));
  const findings = new Findings({ nowMs, onFirst: () => trace.hold() });
  const { journalKeep, delayMs, ordered } = settings;
  const memory = new MemoryStore({ journalKeep, now: nowMs });
  const store = new RecordingStore({ store: memory, findings, trace, sabotage, settings });
  const registryServer = new RegistryServer(nowMs);
  const trouble = new Set<StoreTrouble>();
  const line = { scheduler, chance, delayMs, ordered };
  const common = { settings, scheduler, chance, trace, findings, store, registryServer, line, sabotage };
  const hitTaking = new Set<HitTaking>();
  const nodes: SimulatedNode[] = [];
  const at = (address: string) => nodes.find((node) => node.address === address);
  const onTake = (node: SimulatedNode) => {
    for (const { how, afterMs, forMs } of hitTaking) {
      scheduler.later(afterMs, () => (how === "kill" ? node.kill(true, forMs) : node.stall(forMs)));
    }
    hitTaking.clear();
  };
  for (let number = 0; number < settings.nodes; number++) {
    nodes.push(new SimulatedNode({ ...common, name: `n${number}`, trouble, at, onTake }));
  }
  const matchmaker = new Matchmaker({ ...common, trouble, at });
  const quietAtMs = settings.endMs - quietMs;
  const players = Array.from({ length: settings.players }, (_, number) => {
    const place = number % settings.matches;
    return new Player({
      ...common,
      name: `p${number}`,
      place,
      matchmaker,
      quietAtMs,
      habits: settings.habits,
    });
  });
  return { ...common, trouble, nodes, players, hitTaking };
}
