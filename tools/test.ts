/**
 * `npm test`: runs vitest, passes its arguments on (`unit` and `e2e` each stand for one part of the tests), and ends with
 * a line that a program can read: `N passed, N failed, N skipped`. A file that could not be loaded, and a run that failed
 * outside of any test, count as failed. With CI=true a skipped test is a failure, so that CI has run all that it reports.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { runOutcome, type VitestReport } from "./test-outcome.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");
const folder = mkdtempSync(join(tmpdir(), "holdfast-test-"));
const reportFile = join(folder, "report.json");
const args = process.argv.slice(2);
if (args[0] === "unit" || args[0] === "e2e") args.unshift("--project");

const run = spawnSync(
  process.execPath,
  [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
    ...args,
  ],
  // First on the path, so that `node` in a test is the pinned one.
  { cwd: root, stdio: "inherit", env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` } },
);
const report: VitestReport | undefined = existsSync(reportFile)
  ? JSON.parse(readFileSync(reportFile, "utf8"))
  : undefined;
rmSync(folder, { recursive: true, force: true });

const { lines, exitCode } = runOutcome({
  ...{ report, vitestStatus: run.status, ci: process.env.CI === "true" },
  chosen: args.some((each) => /^(-t|--testNamePattern)/.test(each)),
  pathOf: (name) => relative(root, name),
});
for (const line of lines) console.log(line);
process.exitCode = exitCode;
