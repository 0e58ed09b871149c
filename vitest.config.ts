/**
 * Two projects: `unit` runs its files side by side; `e2e` starts real servers, browsers and bots, so few of its files
 * run at a time, and after the units.
 */
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

const secondMs = 1000;
/** A second, its default, is little on two busy cores; it ends as soon as it is so. */
const patient = { poll: { timeout: 30 * secondMs } };

export default defineConfig({
  test: {
    teardownTimeout: 20 * secondMs,
    // What a passing test prints is noise; the SDK prints at every reconnect.
    silent: "passed-only",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          // A worker keeps what it has loaded from file to file: loading was a third of the processor time.
          isolate: false,
          // More than cores: many wait for a clock, a process or Redis.
          maxWorkers: 4,
          setupFiles: ["test/seed.ts", "test/nothing-left.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          expect: patient,
          // Some start processes, several of them, while the machine does something else.
          testTimeout: 180 * secondMs,
          hookTimeout: 180 * secondMs,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          isolate: false,
          // More than cores: they wait for leases, for seconds of grace and for one another's starts.
          maxWorkers: 3,
          setupFiles: ["test/nothing-left.ts"],
          include: ["test/e2e/**/*.test.ts"],
          expect: patient,
          testTimeout: 240 * secondMs,
          hookTimeout: 240 * secondMs,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
