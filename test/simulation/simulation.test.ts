/**
 * Some hundred seeds of the simulated fleet, the same ones every time; `npm run sim` runs others. What a seed
 * has once found is a test of its own (found.test.ts); that it still finds anything at all is sabotage.test.ts.
 */
import { describe, expect, it } from "vitest";
import { simulate } from "./run.ts";

const seedsPerTest = 100;
/** About 50 ms a seed on one core that does nothing else. */
const msMax = 120_000;

describe("a simulated fleet under faults", () => {
  it.each([1, 101, 201, 301])(
    "[P2] [P3] [P4] [P5] nothing seen, promised or owned is lost, 100 seeds from %i on",
    async (first) => {
      const failed: object[] = [];
      let claims = 0;
      for (let seed = first; seed < first + seedsPerTest; seed++) {
        const { findings, counts } = await simulate(seed);
        claims += counts.claims;
        if (findings.length > 0) failed.push({ seed, replay: `npm run sim -- --only ${seed}`, findings });
      }
      expect(failed).toEqual([]);
      expect(claims).toBeGreaterThan(seedsPerTest / 2);
    },
    msMax,
  );

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
