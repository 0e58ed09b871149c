/**
 * Property tests that print what a person needs to run a failure again: fast-check's seed and path are in
 * the message it throws, and HOLDFAST_SEED repeats it.
 */
import fc from "fast-check";
import { it } from "vitest";

const seed = process.env.HOLDFAST_SEED;

/** A vitest test over arbitrary arguments. */
export function test<Args extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  check: (...args: Args) => void,
  runs = 100,
): void {
  it(name, () => {
    const settings = seed === undefined ? { numRuns: runs } : { numRuns: runs, seed: Number(seed) };
    fc.assert(fc.property(...(arbitraries as [fc.Arbitrary<unknown>]), check as never), settings);
  });
}

export { fc };
