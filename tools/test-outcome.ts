/**
 * The outcome of a test run: pure, from vitest's JSON report and exit status to the lines to print and the exit
 * code. Whatever it does not understand counts as a failure.
 */

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly title: string;
    }[];
  }[];
}

interface VitestRun {
  /** undefined when vitest did not write one. */
  readonly report: VitestReport | undefined;
  /** null when a signal ended it. */
  readonly vitestStatus: number | null;
  readonly ci: boolean;
  /** True when `-t` chose some tests: the others count as skipped and are not listed. */
  readonly chosen?: boolean;
  /** Turns the name of a file into its form on the command line. */
  readonly pathOf?: (name: string) => string;
}

/** How to run one test alone, for a POSIX shell. */
export function runAlone(path: string, title: string): string {
  const pattern = title.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("'", "'\\''");
  return `npm test -- ${path} -t '${pattern}'`;
}

export function runOutcome(run: VitestRun): { lines: string[]; exitCode: number } {
  const { report, vitestStatus, ci, chosen = false, pathOf = (name) => name } = run;
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === "passed").length;
  const skipped = tests.filter((test) => ["pending", "skipped", "todo"].includes(test.status));
  const failedTests = tests.length - passed - skipped.length;
  const failedFiles = files.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const seen = failedTests + failedFiles;
  // An unhandled error, a broken configuration or a kill: no test failed, but the run did.
  const failed = seen === 0 && vitestStatus !== 0 ? 1 : seen;

  const lines = files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ title }) => `alone: ${runAlone(pathOf(name), title)}`),
  );
  if (!chosen) lines.push(...skipped.map((test) => `skipped: ${test.fullName}`));
  const skipFails = ci && skipped.length > 0;
  if (skipFails) lines.push("CI=true: a skipped test is a failure. The hints above say what to install.");
  lines.push(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return { lines, exitCode: failed > 0 || skipFails ? 1 : 0 };
}
