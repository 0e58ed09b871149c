/** Tests that simulate some seeds each, so that a slow machine has a test's time for few of them. */
import { describe, expect, it } from "vitest";
import { simulate } from "./run.ts";

/** About 50 ms a seed on one core that does nothing else; on a machine that does much else, thirty times that. */
const seedsPerTest = 25;

/** @param firsts of fifty seeds each */
export function simulateSeeds(firsts: readonly number[]): void {
  describe("a simulated fleet under faults", () => {
    it.each(firsts.flatMap((first) => [first, first + seedsPerTest]))(
      `[P2] [P3] [P4] [P5] nothing seen, promised or owned is lost, ${seedsPerTest} seeds from %i on`,
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
    );
  });
}
