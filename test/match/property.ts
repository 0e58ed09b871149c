/** Property tests in vitest's form. A failure prints fast-check's seed and path; test/seed.ts takes it again. */
import fc from "fast-check";
import { it } from "vitest";

/** A vitest test over arbitrary arguments. */
export function test<Args extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [Index in keyof Args]: fc.Arbitrary<Args[Index]> },
  check: (...args: Args) => void,
  runs = 100,
): void {
  it(name, () => {
    fc.assert(fc.property(...(arbitraries as [fc.Arbitrary<unknown>]), check as never), { numRuns: runs });
  });
}

export { fc };
