/**
 * Two projects: `e2e` starts real servers, browsers and bots, and waits for them much of the time; `unit` needs the processor
 * all the time. They share one line of workers, and longest-first.ts says who comes first.
 */
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

const secondMs = 1000;
/** More than cores: many files wait for a clock, a process or Redis. One number for both, as Vitest asks of those who share. */
const maxWorkers = 4;
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
          maxWorkers,
          setupFiles: ["test/seed.ts", "test/nothing-left.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          expect: patient,
          // Some start processes, several of them, while the machine does something else.
          testTimeout: 180 * secondMs,
          hookTimeout: 180 * secondMs,
        },
      },
      {
        test: {
          name: "e2e",
          isolate: false,
          maxWorkers,
          setupFiles: ["test/nothing-left.ts"],
          include: ["test/e2e/**/*.test.ts"],
          expect: patient,
          testTimeout: 240 * secondMs,
          hookTimeout: 240 * secondMs,
        },
      },
    ],
  },
});
