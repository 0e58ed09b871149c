/**
 * A simulation that never found anything proves nothing until it has been seen to find what was broken on
 * purpose. Each sabotage must be found within 200 seeds; most are within twenty.
 */
import { expect, it } from "vitest";
import type { Promised } from "./findings.ts";
import { simulate } from "./run.ts";
import type { Sabotage } from "./sabotage.ts";

const seedsMax = 200;
const msMax = 120_000;

const sabotages: readonly [what: string, promise: Promised, Sabotage, RegExp][] = [
  [
    "a store that takes writes of old owners",
    "P3",
    { fenceBroken: true },
    /accepted twice with other content/,
  ],
  [
    "a store that takes them, seen by a restore",
    "P4",
    { fenceBroken: true },
    /cannot be replayed|differs from/,
  ],
  ["an open gate, seen by a player", "P2", { gateOpen: true }, /was shown tick .* the journal/],
  [
    "a restore that misses the last record",
    "P3",
    { tailForgotten: true },
    /accepted twice with other content/,
  ],
  ["a process that stood still and goes on talking", "P3", { neverStale: true }, /longer than its lease/],
];

it.each(sabotages)(
  "sabotage: %s is found",
  async (_what, promise, sabotage, saying) => {
    let found: number | undefined;
    for (let seed = 1; seed <= seedsMax && found === undefined; seed++) {
      const { findings } = await simulate(seed, sabotage);
      if (findings.some((each) => each.promise === promise && saying.test(each.text))) found = seed;
    }
    expect(found).toBeLessThanOrEqual(seedsMax);
  },
  msMax,
);
