/** Property tests that take a while, in vitest's form. A failure prints fast-check's seed and path. */
import fc from "fast-check";
import { it } from "vitest";

/** Against one that never ends. Hundreds of runs, on a machine that may do ten times as much beside them. */
const propertyMsMax = 600_000;

/** A vitest test over arbitrary arguments. */
export function test<Args extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  check: (...args: Args) => Promise<void>,
  runs: number,
): void {
  const run = async () => {
    const property = fc.asyncProperty(...(arbitraries as [fc.Arbitrary<unknown>]), check as never);
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  };
  it(name, run, propertyMsMax);
}

export { fc };
