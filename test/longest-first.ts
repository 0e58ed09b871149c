/**
 * The order of the test files: those with real processes first, and of each kind those that take longest, so that no core
 * waits at the end for one of them: the last ones are short and need nothing but a core. The long ones are named here, because
 * a fresh clone has no durations of an earlier run; the others are in vitest's order.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longest = [
  ...["e2e/chaos-matchmaking", "e2e/package", "e2e/fuzz", "e2e/chaos", "e2e/chaos-fleet", "e2e/page"],
  ...["e2e/game-pages", "e2e/page-queue", "e2e/fleet", "e2e/fleet-cli", "e2e/redis-fault-matrix"],
  ...["e2e/matchmaking", "e2e/faults", "e2e/start-refused", "e2e/fleet-balancer", "e2e/bots"],
  ...["simulation/simulation", "simulation/more-seeds", "supervisor/supervisor", "client/moved-match"],
  ...["matchmaking/director-properties", "simulation/sabotage", "tools/replay/command-line"],
].map((name) => `/test/${name}.test.ts`);

/** Its place in the list, or behind it; of those with real processes, before all others. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((path) => moduleId.endsWith(path));
  const before = moduleId.includes("/test/e2e/") ? -longest.length - 1 : 0;
  return before + (place === -1 ? longest.length : place);
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
