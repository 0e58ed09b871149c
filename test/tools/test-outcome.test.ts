/** What `npm test` makes of vitest's report: the counts, the last line, the exit code. */
import { expect, test } from "vitest";
import { runAlone, runOutcome, type VitestReport } from "../../tools/test-outcome.ts";

function report(...files: { status?: string; tests: string[] }[]): VitestReport {
  return {
    testResults: files.map(({ status = "passed", tests }, at) => ({
      name: `file-${at}`,
      status,
      assertionResults: tests.map((each, nth) => ({
        ...{ status: each, title: `test ${nth}`, fullName: `test ${at}.${nth}` },
      })),
    })),
  };
}

const two = report({ tests: ["passed", "passed"] });
const skipping = report({ tests: ["passed", "skipped", "pending", "todo"] });
const failing = report({ status: "failed", tests: ["passed", "failed", "failed"] });
const unloadable = report({ tests: ["passed"] }, { status: "failed", tests: [] });

test.each<[string, Parameters<typeof runOutcome>[0], string, number]>([
  ["all passed", { report: two, vitestStatus: 0, ci: true }, "2 passed, 0 failed, 0 skipped", 0],
  ["skipped ones", { report: skipping, vitestStatus: 0, ci: false }, "1 passed, 0 failed, 3 skipped", 0],
  ["skipped ones in CI", { report: skipping, vitestStatus: 0, ci: true }, "1 passed, 0 failed, 3 skipped", 1],
  ["failed ones", { report: failing, vitestStatus: 1, ci: false }, "1 passed, 2 failed, 0 skipped", 1],
  [
    "a file that cannot be loaded",
    { report: unloadable, vitestStatus: 1, ci: false },
    "1 passed, 1 failed, 0 skipped",
    1,
  ],
  [
    "an error outside of any test",
    { report: two, vitestStatus: 1, ci: false },
    "2 passed, 1 failed, 0 skipped",
    1,
  ],
  [
    "vitest was killed",
    { report: undefined, vitestStatus: null, ci: false },
    "0 passed, 1 failed, 0 skipped",
    1,
  ],
  [
    "an unknown status",
    { report: report({ tests: ["odd"] }), vitestStatus: 0, ci: false },
    "0 passed, 1 failed, 0 skipped",
    1,
  ],
])("%s", (_case, run, lastLine, exitCode) => {
  const outcome = runOutcome(run);
  expect(outcome.lines.at(-1)).toBe(lastLine);
  expect(outcome.exitCode).toBe(exitCode);
});

test("skipped tests are named", () => {
  expect(runOutcome({ report: skipping, vitestStatus: 0, ci: false }).lines).toContain("skipped: test 0.1");
});

test("tests that were not chosen are not named", () => {
  const outcome = runOutcome({ report: skipping, vitestStatus: 0, ci: false, chosen: true });
  expect(outcome.lines).toEqual(["1 passed, 0 failed, 3 skipped"]);
});

test("a failed test says how to run it alone, as a pattern that the shell passes on", () => {
  const pathOf = (name: string) => `test/${name}.ts`;
  const { lines } = runOutcome({ report: failing, vitestStatus: 1, ci: false, pathOf });
  expect(lines[0]).toBe("alone: npm test -- test/file-0.ts -t 'test 1'");
  expect(runAlone("a.ts", "[P2.3] it's (50 %)")).toBe(
    "npm test -- a.ts -t '\\[P2\\.3\\] it'\\''s \\(50 %\\)'",
  );
});
