/**
 * Two projects: `unit` runs its files side by side; `e2e` starts real servers, browsers and bots, so its files
 * run one after the other, and after the units: on two cores they would measure each other.
 */
import { defineConfig } from "vitest/config";

const secondMs = 1000;
/** A second, its default, is little on two busy cores; it ends as soon as it is so. */
const patient = { poll: { timeout: 10 * secondMs } };

export default defineConfig({
  test: {
    maxWorkers: 2,
    teardownTimeout: 20 * secondMs,
    // What a passing test prints is noise; the SDK prints at every reconnect.
    silent: "passed-only",
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: ["test/seed.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          expect: patient,
          // Some start processes, several of them, while the machine does something else.
          testTimeout: 90 * secondMs,
          hookTimeout: 90 * secondMs,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          expect: patient,
          testTimeout: 120 * secondMs,
          hookTimeout: 120 * secondMs,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
