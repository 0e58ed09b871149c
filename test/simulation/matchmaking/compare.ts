/**
 * The comparison: each rule lives through the same day several times, each time slower and choosier; at equal
 * 95th percentile of waiting the unfairness is set side by side. Says how; draws nothing.
 */
import { type DayResult, liveThrough, resultOf } from "./day.ts";
import { engineQueue, simulatedRules } from "./engine-queue.ts";
import { firstCome, type PlainSettings } from "./first-come.ts";
import { arrivalsOf } from "./population.ts";
import type { Format, Queue, Reach } from "./queue.ts";
import { queueRoom } from "./queue-room.ts";

export const formats: readonly Format[] = [
  { name: "four against four, with parties", teams: 2, teamSize: 4, partySizeMax: 4 },
  { name: "four against four, everybody alone", teams: 2, teamSize: 4, partySizeMax: 1 },
  { name: "one against one", teams: 2, teamSize: 1, partySizeMax: 1 },
];

/** What is swept: how our limits are stretched; and how long the others collect before they deal. */
const patiences = [0.125, 0.25, 0.5, 1, 2, 4];
const everySeconds = [1, 5, 15, 30, 60, 120, 240, 480];

/** At equal waiting, our unfairness over theirs. */
const ratioGoal = 0.5;

interface Point {
  readonly setting: number;
  readonly result: DayResult;
}

export interface Curve {
  readonly name: string;
  readonly kind: "ours" | "first come" | "QueueRoom";
  readonly reach: Reach;
  /** Whether the sides of a match are dealt by trying all ways; our engine has a rule of its own. */
  readonly even: boolean;
  /** In order of the setting. */
  readonly points: readonly Point[];
}

export interface Comparison {
  readonly format: string;
  readonly curves: readonly Curve[];
  /** Each of our points against the better of the others as they are, at the cycle that makes them wait as long. */
  readonly equalWait: readonly EqualWait[];
  /** The same when the others' players are dealt over the sides as evenly as can be, which is none of their rules. */
  readonly equalWaitEvenSides: readonly EqualWait[];
}

export interface EqualWait {
  readonly ours: string;
  readonly setting: number;
  readonly p95Seconds: number;
  readonly unfairness: number;
  /** The better of the others, of the same reach; of any reach for ours that widens. Left out: none is so quick. */
  readonly other?: { readonly name: string; readonly unfairness: number; readonly ratio: number };
  readonly met: boolean;
}

export interface SimulationSettings {
  readonly seed: number;
  readonly hours: number;
  readonly ticketsPerDay: number;
}

export function compare(
  format: Format,
  settings: SimulationSettings,
  progress: (text: string) => void,
): Comparison {
  const arrivals = arrivalsOf({ ...settings, partySizeMax: format.partySizeMax });
  const run = (queue: Queue) => resultOf(liveThrough(queue, arrivals, settings.hours));
  const curves = [...ourVariants(format), ...variants(format)].map(({ about, values, queueOf }): Curve => {
    progress(`${format.name}: ${about.name}`);
    return { ...about, points: values.map((setting) => ({ setting, result: run(queueOf(setting)) })) };
  });
  const ours = curves.filter(({ kind }) => kind === "ours");
  const others = curves.filter(({ kind }) => kind !== "ours");
  return {
    format: format.name,
    curves,
    equalWait: ours.flatMap((curve) =>
      equalWait(
        curve,
        others.filter(({ even }) => !even),
      ),
    ),
    equalWaitEvenSides: format.teamSize > 1 ? ours.flatMap((curve) => equalWait(curve, others)) : [],
  };
}

function ourVariants(format: Format) {
  return (["widening", "by region", "worldwide"] as const).map((reach) => ({
    about: {
      name: reach === "widening" ? "Holdfast" : `Holdfast, ${reach}`,
      kind: "ours" as const,
      reach,
      even: true,
    },
    values: patiences,
    queueOf: (patience: number) => engineQueue(simulatedRules(format, { patience, reach })),
  }));
}

/** Each of the others for each region and for the world, with its own sides and with even ones. */
function variants(format: Format) {
  const evens = format.teamSize > 1 ? [false, true] : [false];
  return evens.flatMap((even) =>
    (["by region", "worldwide"] as const).flatMap((reach) =>
      (["first come", "QueueRoom"] as const).map((kind) => {
        const name = `${kind}, ${reach}${even ? ", even sides" : ""}`;
        const queueOf = (every: number): Queue => {
          const plain: PlainSettings = { format, everySeconds: every, regional: reach === "by region", even };
          return kind === "QueueRoom" ? queueRoom(plain) : firstCome(plain);
        };
        return { about: { name, kind, reach, even }, values: everySeconds, queueOf };
      }),
    ),
  );
}

function equalWait(ours: Curve, others: readonly Curve[]): EqualWait[] {
  const alike = others.filter(({ reach }) => ours.reach === "widening" || reach === ours.reach);
  return ours.points.map(({ setting, result }) => {
    const { unfairness } = result;
    const p95Seconds = result.waitSeconds.p95;
    const reached = alike.flatMap((curve) => {
      const theirs = unfairnessAt(curve, p95Seconds);
      return theirs === undefined
        ? []
        : [{ name: curve.name, unfairness: theirs, ratio: unfairness / theirs }];
    });
    const [other] = reached.sort((a, b) => a.unfairness - b.unfairness);
    const base = { ours: ours.name, setting, p95Seconds, unfairness };
    return other ? { ...base, other, met: other.ratio <= ratioGoal } : { ...base, met: true };
  });
}

/**
 * The least unfairness that a rule reaches with at most this waiting: at one of its points, or on the straight
 * line between two neighbours. Undefined when it is never so quick.
 */
export function unfairnessAt({ points }: Pick<Curve, "points">, p95Seconds: number): number | undefined {
  const inOrder = points
    .map(({ result }) => ({ wait: result.waitSeconds.p95, unfairness: result.unfairness }))
    .sort((a, b) => a.wait - b.wait);
  const reached = inOrder.filter(({ wait }) => wait <= p95Seconds);
  const last = reached.at(-1);
  if (!last) return undefined;
  const next = inOrder[reached.length];
  const part = next ? (p95Seconds - last.wait) / (next.wait - last.wait) : 0;
  const between = next ? last.unfairness + part * (next.unfairness - last.unfairness) : last.unfairness;
  return Math.min(between, ...reached.map(({ unfairness }) => unfairness));
}
