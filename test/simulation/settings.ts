/** Everything that a seed decides before the run: how large, how fast, how strict, and what goes wrong when. */
import type { HostLimits } from "../../server/match/host.ts";
import { Chance } from "./chance.ts";
import { type Fault, faultPlan } from "./faults.ts";

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
  /** A request to the store that was not answered for so long has failed. */
  readonly answerMsMax: number;
  /** One way, least and most. */
  readonly delayMs: readonly [number, number];
  /** Whether one connection carries a node's requests to the store, or several, which overtake each other. */
  readonly ordered: boolean;
  /** When a stalled process wakes up: its timers before what came in, or all in the order of coming. */
  readonly timersFirst: boolean;
  readonly journalKeep: "match" | "snapshot";
  /** 0: the matches do not end. */
  readonly overAtTick: number;
  readonly limits: HostLimits;
  readonly faults: readonly Fault[];
}

/** Longest way back to health: a full lease, a failed restore, a seat that nobody claims, and reconnects. */
const healMs = 9000;

export function settingsOf(seed: number): Settings {
  const chance = new Chance(seed);
  const nodes = chance.between(2, 4);
  const matches = chance.between(1, 4);
  const players = matches * chance.between(1, 3);
  const leaseMs = chance.pick([600, 1000, 1500]);
  const calmAtMs = chance.between(3000, 9000);
  const fastest = chance.between(0, 5);
  return {
    seed,
    nodes,
    matches,
    players,
    calmAtMs,
    endMs: calmAtMs + healMs,
    leaseMs,
    answerMsMax: chance.pick([300, 700, 2000]),
    delayMs: [fastest, fastest + chance.between(1, 40)],
    ordered: chance.happens(60),
    timersFirst: chance.happens(50),
    journalKeep: chance.pick(["match", "snapshot"]),
    overAtTick: chance.happens(35) ? chance.between(40, 200) : 0,
    limits: {
      seatGraceSeconds: chance.pick([2, 4, 6]),
      spectatorsMax: 2,
      commandsPendingMax: chance.between(2, 8),
      unackedTicksMax: chance.between(2, 40),
      gateBytesMax: chance.pick([2_000, 50_000]),
      snapshotEverySeconds: chance.between(1, 4),
      snapshotEveryBytes: chance.pick([500, 1_000_000]),
      matchesMax: 50,
    },
    faults: faultPlan(chance, { nodes, players, fromMs: 500, untilMs: calmAtMs, leaseMs }),
  };
}
