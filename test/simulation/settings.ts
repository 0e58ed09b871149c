/** Everything that a seed decides before the run: how large, how fast, how strict, and what goes wrong when. */

import { type FleetLimits, fleetLimits } from "../../server/fleet/fleet-node.ts";
import type { HostLimits } from "../../server/match/host-limits.ts";
import { Chance } from "./chance.ts";
import { type Fault, faultPlan } from "./faults.ts";
import type { WakesTo } from "./process-life.ts";

/** What a player does, percent of the times when it does something. */
export interface Habits {
  readonly command: number;
  readonly burst: number;
  readonly leave: number;
}

export interface Settings {
  readonly seed: number;
  readonly nodes: number;
  readonly matches: number;
  readonly players: number;
  /** Faults are over here. */
  readonly calmAtMs: number;
  /** Invariant: everything must be well again at the end. */
  readonly endMs: number;
  readonly leaseMs: number;
  /** A request to the store that was not answered for this long has failed. */
  readonly answerMsMax: number;
  /** One way, least and most. */
  readonly delayMs: readonly [number, number];
  /** Whether one connection carries a node's requests to the store, or several, which overtake each other. */
  readonly ordered: boolean;
  /** What a process that stood still does first. */
  readonly wakesTo: WakesTo;
  readonly journalKeep: "match" | "snapshot";
  /** 0: the matches do not end. */
  readonly overAtTick: number;
  readonly limits: HostLimits;
  readonly fleet: FleetLimits;
  readonly habits: Habits;
  /** So many of the lost questions arrive after all, late. */
  readonly ghostPercent: number;
  readonly faults: readonly Fault[];
}

/** Longest way back to health: a full lease, a start, a match that its owner could not open, and reconnects. */
const healMs = 12_000;

export function settingsOf(seed: number): Settings {
  const chance = new Chance(seed);
  const nodes = chance.between(2, 4);
  const matches = chance.between(1, 4);
  const players = matches * chance.between(1, 3);
  const leaseMs = chance.pick([600, 1000, 1500]);
  const calmAtMs = chance.between(3000, 9000);
  const answerMsMax = chance.pick([300, 700, 2000]);
  const fastest = chance.between(0, 5);
  return {
    seed,
    nodes,
    matches,
    players,
    calmAtMs,
    endMs: calmAtMs + healMs,
    leaseMs,
    answerMsMax,
    delayMs: [fastest, fastest + chance.between(1, 40)],
    ordered: chance.happens(60),
    wakesTo: chance.pick(["timers", "events", "order-of-coming"]),
    journalKeep: chance.pick(["match", "snapshot"]),
    overAtTick: chance.happens(35) ? chance.between(40, 200) : 0,
    limits: {
      seatGraceSeconds: chance.pick([2, 4, 6]),
      // Drawn of nothing, so that the seeds that found something still do.
      ...{
        emptyPerUserMax: 0,
        emptyPerAddressMax: 0,
        seatsPerUserMax: 0,
        emptySeconds: 0,
        aloneSeconds: 0,
        commandsPerSecondMax: 1000,
        commandBytesPerSecondMax: 1_000_000,
      },
      spectatorsMax: 2,
      commandsPendingMax: chance.between(2, 8),
      unackedTicksMax: chance.between(2, 40),
      gateBytesMax: chance.pick([2_000, 50_000]),
      snapshotEverySeconds: chance.between(1, 4),
      snapshotEveryBytes: chance.pick([500, 1_000_000]),
      matchesMax: chance.pick([2, 50]),
      gate: chance.happens(20) ? "available" : "strict",
    },
    ghostPercent: 30,
    habits: { command: 6, burst: 1, leave: 0.02 },
    fleet: fleetLimitsOf(chance, { leaseMs, answerMsMax }),
    faults: faultPlan(chance, { nodes, players, fromMs: 500, untilMs: calmAtMs, leaseMs }),
  };
}

/** The product's, made shorter in proportion, so that a run is short; what must be longer than what stays so. */
function fleetLimitsOf(
  chance: Chance,
  { leaseMs, answerMsMax }: { leaseMs: number; answerMsMax: number },
): FleetLimits {
  return {
    leaseMs,
    announceEveryMs: Math.round(leaseMs / 8),
    lookEveryMs: 100,
    reconcileEveryMs: chance.pick([500, 1000, 2000]),
    goneMsMin: fleetLimits.goneMsMin,
    settleMs: chance.pick([300, 800]),
    rankStepMs: chance.pick([200, 600]),
    restoresAtOnce: chance.between(1, 4),
    retryMs: chance.pick([500, 1500]),
    // Longer than a creation, or a restore, takes.
    orphans: { ownGraceMs: answerMsMax + 500, strandedGraceMs: 2 * answerMsMax + 500 },
    drain: {
      movesAtOnce: chance.between(1, 2),
      freezeMsMax: chance.pick([200, 1000]),
      takeMsMax: chance.pick([300, 1000]),
      retryMs: 100,
      drainMsMax: chance.pick([800, 3000]),
      aloneMsMax: 500,
    },
  };
}
