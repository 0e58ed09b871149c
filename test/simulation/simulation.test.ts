/**
 * Half of some hundred seeds of the simulated fleet, the same ones every time; `npm run sim` runs others. What a seed
 * has once found is a test of its own (found.test.ts); that it still finds anything at all is sabotage.test.ts. The
 * other half runs beside this one: more-seeds.test.ts.
 */
import { describe, expect, it } from "vitest";
import { simulate } from "./run.ts";
import { simulateSeeds } from "./seeds.ts";

simulateSeeds([1, 51, 101, 151]);

describe("a simulated fleet", () => {
  it("[P4] the same seed is the same run, to the last event, and another one is another", async () => {
    const fingerprints = new Set<string>();
    for (let seed = 1; seed <= 10; seed++) {
      const { fingerprint, trace } = await simulate(seed);
      const again = await simulate(seed);
      expect(again.fingerprint, `seed ${seed}`).toBe(fingerprint);
      expect(again.trace.last(400)).toEqual(trace.last(400));
      fingerprints.add(fingerprint);
    }
    expect(fingerprints.size).toBe(10);
  });
});
