/** A small simulated hour in every kind of queue: what must be true of it, whatever its numbers are. */
import { describe, expect, test } from "vitest";
import { chartOf } from "./chart.ts";
import { compare, formats, unfairnessAt } from "./compare.ts";
import { type DayResult, liveThrough, resultOf } from "./day.ts";
import { engineQueue, simulatedRules } from "./engine-queue.ts";
import { firstCome } from "./first-come.ts";
import { type Arrival, arrivalsOf } from "./population.ts";
import type { Queue } from "./queue.ts";
import { queueRoom } from "./queue-room.ts";

const hours = 1;
const [format, , duel] = formats;
const people = { seed: 7, hours, ticketsPerDay: 5000, partySizeMax: 4 };
const arrivals = arrivalsOf(people);
const plain = { format: format!, everySeconds: 5, regional: true, even: false };

const queues: Readonly<Record<string, () => Queue>> = {
  Holdfast: () => engineQueue(simulatedRules(format!, { patience: 1, reach: "widening" })),
  "first come": () => firstCome(plain),
  "first come with even sides": () => firstCome({ ...plain, even: true }),
  QueueRoom: () => queueRoom(plain),
  "QueueRoom with even sides, worldwide": () => queueRoom({ ...plain, even: true, regional: false }),
};

describe.each(Object.keys(queues))("%s", (name) => {
  const record = liveThrough(queues[name]!(), arrivals, hours);
  const seated = record.matches.flatMap(({ sides }) => sides.flat());

  test("everybody is matched once, or waits", () => {
    const players = seated.map(({ player }) => player);
    expect(players.length).toBeGreaterThan(100);
    expect(new Set(players).size).toBe(players.length);
    const matched = new Set(seated.map(({ arrival }) => arrival));
    expect(matched.size + record.stillWaiting.length).toBe(arrivals.length);
    expect(record.stillWaiting.some((arrival) => matched.has(arrival))).toBe(false);
  });

  test("sides have their size, nobody is matched before coming", () => {
    for (const { sides, atMs } of record.matches) {
      expect(sides.map((side) => side.length)).toEqual([4, 4]);
      expect(sides.flat().every(({ arrival }) => arrival.atMs <= atMs)).toBe(true);
    }
  });

  test("the same seed gives the same numbers, another seed others", () => {
    const again = (from: readonly Arrival[]) => resultOf(liveThrough(queues[name]!(), from, hours));
    expect(again(arrivalsOf(people))).toEqual(resultOf(record));
    expect(again(arrivalsOf({ ...people, seed: 8 }))).not.toEqual(resultOf(record));
  });

  test("parties stay whole, except with QueueRoom, which does not know them", () => {
    const { partiesSplit } = resultOf(record);
    if (name.startsWith("QueueRoom")) expect(partiesSplit).toBeGreaterThan(0);
    else expect(partiesSplit).toBe(0);
  });
});

test("waiting is compared on a line between two points, never beyond what a rule was seen to reach", () => {
  const point = (p95: number, unfairness: number) => ({
    setting: 1,
    result: { waitSeconds: { p50: 0, p95, p99: 0 }, unfairness } as DayResult,
  });
  const curve = { points: [point(10, 0.3), point(20, 0.1), point(30, 0.2)] };
  expect(unfairnessAt(curve, 9)).toBeUndefined();
  expect(unfairnessAt(curve, 15)).toBeCloseTo(0.2);
  expect(unfairnessAt(curve, 28)).toBeCloseTo(0.1);
  expect(unfairnessAt(curve, 100)).toBeCloseTo(0.1);
});

test("the drawing has every curve by its name and no number that is none", () => {
  const comparison = compare(duel!, { seed: 7, hours, ticketsPerDay: 1500 }, () => {});
  const drawing = chartOf([comparison]);
  for (const { name } of comparison.curves) expect(drawing).toContain(name);
  expect(drawing).not.toMatch(/NaN|Infinity|undefined/);
});
