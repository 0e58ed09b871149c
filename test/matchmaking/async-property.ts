/** Property tests that take a while, in vitest's form. A failure prints fast-check's seed and path. */
import fc from "fast-check";
import { it } from "vitest";

/** A vitest test over arbitrary arguments. */
export function test<Args extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  check: (...args: Args) => Promise<void>,
  runs: number,
): void {
  it(name, async () => {
    const property = fc.asyncProperty(...(arbitraries as [fc.Arbitrary<unknown>]), check as never);
    await fc.assert(property, { numRuns: runs, endOnFailure: true });
  });
}

export { fc };
