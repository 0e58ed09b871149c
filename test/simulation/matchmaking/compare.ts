/**
 * The comparison: each rule lives through the same day several times, each time slower and choosier; at equal
 * 95th percentile of waiting the unfairness is set side by side. Says how; draws nothing.
 */
import { type DayResult, liveThrough, resultOf } from "./day.ts";
import { engineQueue, simulatedRules } from "./engine-queue.ts";
import { firstCome, type PlainSettings } from "./first-come.ts";
import { arrivalsOf } from "./population.ts";
import type { Format, Queue } from "./queue.ts";
import { queueRoom } from "./queue-room.ts";

export const formats: readonly Format[] = [
  { name: "four against four, with parties", teams: 2, teamSize: 4, partySizeMax: 4 },
  { name: "four against four, everybody alone", teams: 2, teamSize: 4, partySizeMax: 1 },
  { name: "one against one", teams: 2, teamSize: 1, partySizeMax: 1 },
];

/** What is swept: how our limits are stretched; and how long the others collect before they deal. */
const patiences = [0.125, 0.25, 0.5, 1, 2, 4];
const everySeconds = [1, 5, 15, 30, 60, 120, 240, 480];

export interface Point {
  readonly setting: number;
  readonly result: DayResult;
}

export interface Curve {
  readonly name: string;
  readonly kind: "ours" | "first come" | "QueueRoom";
  /** Whether the sides of a match are dealt by trying all ways; our engine has a rule of its own. */
  readonly even: boolean;
  /** In order of the setting. */
  readonly points: readonly Point[];
}

export interface Comparison {
  readonly format: string;
  readonly curves: readonly Curve[];
  /** At the waiting that each of the others has by default, with its cycle of one second. */
  readonly atDefaults: readonly EqualWait[];
  /** At each of our points, against the better of all the others at any cycle, sides even or not. */
  readonly tuned: readonly EqualWait[];
}

export interface EqualWait {
  readonly other: string;
  readonly p95Seconds: number;
  readonly ours: number;
  readonly theirs: number;
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
  const sweep = (
    about: Omit<Curve, "points">,
    values: readonly number[],
    queueOf: (value: number) => Queue,
  ) => {
    progress(`${format.name}: ${about.name}`);
    return { ...about, points: values.map((setting) => ({ setting, result: run(queueOf(setting)) })) };
  };
  const ours = sweep({ name: "Holdfast", kind: "ours", even: true }, patiences, (patience) =>
    engineQueue(simulatedRules(format, patience)),
  );
  const others = variants(format).flatMap(({ about, queueOf }) => sweep(about, everySeconds, queueOf));
  return {
    format: format.name,
    curves: [ours, ...others],
    atDefaults: others.flatMap((other) => atDefault(ours, other)),
    tuned: ours.points.flatMap(({ result }) => atAnyCycle(result, others)),
  };
}

/** Each of the others for each region and for the world, with its own sides and with even ones. */
function variants(format: Format) {
  const evens = format.teamSize > 1 ? [false, true] : [false];
  return evens.flatMap((even) =>
    [true, false].flatMap((regional) =>
      (["first come", "QueueRoom"] as const).map((kind) => {
        const name = `${kind}, ${regional ? "by region" : "worldwide"}${even ? ", even sides" : ""}`;
        const queueOf = (every: number): Queue => {
          const plain: PlainSettings = { format, everySeconds: every, regional, even };
          return kind === "QueueRoom" ? queueRoom(plain) : firstCome(plain);
        };
        return { about: { name, kind, even }, queueOf };
      }),
    ),
  );
}

/** Nothing where we are never so quick. */
function atDefault(ours: Curve, other: Curve): EqualWait[] {
  const { result } = other.points[0]!;
  const p95Seconds = result.waitSeconds.p95;
  const unfairness = unfairnessAt(ours, p95Seconds);
  return unfairness === undefined
    ? []
    : [{ other: other.name, p95Seconds, ours: unfairness, theirs: result.unfairness }];
}

/** Nothing where nobody else is so quick. */
function atAnyCycle(ours: DayResult, others: readonly Curve[]): EqualWait[] {
  const p95Seconds = ours.waitSeconds.p95;
  const reached = others.flatMap((curve) => {
    const theirs = unfairnessAt(curve, p95Seconds);
    return theirs === undefined ? [] : [{ other: curve.name, p95Seconds, ours: ours.unfairness, theirs }];
  });
  return reached.sort((a, b) => a.theirs - b.theirs).slice(0, 1);
}

/**
 * The least unfairness that a rule reaches with at most this waiting: at one of its points, or on the straight
 * line between two neighbours. Undefined when it is never so quick.
 */
export function unfairnessAt(curve: Curve, p95Seconds: number): number | undefined {
  const points = curve.points
    .map(({ result }) => ({ wait: result.waitSeconds.p95, unfairness: result.unfairness }))
    .sort((a, b) => a.wait - b.wait);
  const reached = points.filter(({ wait }) => wait <= p95Seconds);
  const last = reached.at(-1);
  if (!last) return undefined;
  const next = points[reached.length];
  const part = next ? (p95Seconds - last.wait) / (next.wait - last.wait) : 0;
  const between = next ? last.unfairness + part * (next.unfairness - last.unfairness) : last.unfairness;
  return Math.min(between, ...reached.map(({ unfairness }) => unfairness));
}
