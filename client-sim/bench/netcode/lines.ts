/**
 * The lines that `bench -- netcode` plays over: how long they take, how unevenly, and what they hold up. The usual lengths of
 * the way are published ones, named in docs/benchmarks.md; how they are spread is ours where nobody publishes it, and the
 * page says so. It sends nothing.
 */
import type { Chance } from "../../../shared/game/deterministic/chance.ts";

/** A hundredth and the milliseconds that so many packets are late at most, in order; between two they grow by a constant factor. */
type Quantiles = readonly (readonly [percent: number, ms: number])[];

export interface LineKind {
  readonly name: string;
  readonly roundTripMs: number;
  /** On each way, beside half of the round trip. */
  readonly lateMs: Quantiles;
  /** Packets that TCP sends again, in 10,000; whatever follows waits for one for that long. */
  readonly lostOf10000: number;
  readonly againMs: number;
  /** Everything stands still for `forMs`, every `everyMs`. */
  readonly outage?: { readonly everyMs: number; readonly forMs: number };
  /** Grows evenly from nothing to the last of `lateMs`. */
  readonly isEven?: boolean;
}

/** The least time-out of Linux. */
const timeoutMs = 200;
const line = (name: string, roundTripMs: number, lateMs: Quantiles, lostOf10000 = 0): LineKind => ({
  ...{ name, roundTripMs, lateMs, lostOf10000, againMs: timeoutMs + roundTripMs },
});

const coaxLate: Quantiles = [
  [50, 2],
  [90, 6],
  [99, 15],
  [100, 30],
];

export const lineKinds: readonly LineKind[] = [
  line("fibre", 10, [
    [50, 0.5],
    [90, 1],
    [99, 3],
    [100, 8],
  ]),
  line("coax", 21, coaxLate, 2),
  line(
    "5G",
    28,
    [
      [50, 4],
      [90, 12],
      [99, 30],
      [100, 60],
    ],
    5,
  ),
  line(
    "4G",
    40,
    [
      [50, 8],
      [90, 25],
      [99, 60],
      [100, 120],
    ],
    20,
  ),
  line(
    "hotel wifi",
    21,
    [
      [50, 3],
      [90, 20],
      [99, 250],
      [100, 300],
    ],
    10,
  ),
  {
    ...line(
      "train",
      60,
      [
        [50, 15],
        [90, 50],
        [99, 150],
        [100, 300],
      ],
      50,
    ),
    outage: { everyMs: 20_000, forMs: 1000 },
  },
  { ...line("60 ms of jitter", 40, [[100, 60]]), isEven: true },
  { ...line("2 % stalls of 200 ms", 40, [[100, 10]], 200), againMs: 200, isEven: true },
];

/** How late the next packet is, on one way. */
export function latenessOf(kind: LineKind, chance: Chance, nowMs: number): number {
  const percent = chance.below(10_000) / 100;
  const lost = chance.below(10_000) < kind.lostOf10000 ? kind.againMs : 0;
  return quantile(kind, percent) + lost + outageLeft(kind, nowMs);
}

function quantile({ lateMs, isEven }: LineKind, percent: number): number {
  if (isEven) return (lateMs.at(-1)![1] * percent) / 100;
  const after = lateMs.findIndex(([each]) => percent <= each);
  const [toPercent, toMs] = lateMs[after]!;
  const [fromPercent, fromMs] = lateMs[after - 1] ?? [0, toMs / 4];
  return fromMs * (toMs / fromMs) ** ((percent - fromPercent) / (toPercent - fromPercent));
}

function outageLeft({ outage }: LineKind, nowMs: number): number {
  if (outage === undefined) return 0;
  return Math.max(0, outage.forMs - (nowMs % outage.everyMs));
}
