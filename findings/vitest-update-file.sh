#!/usr/bin/env bash
# Package: vitest 5.1.1, node 26.10.0
#
# Guess:   `vitest run -u a.test.js` runs a.test.js and writes its snapshots anew, as `jest -u a.test.js` does.
# Seen:    -u has taken a value of its own (`new`, `all`, `none`) since it became more than a switch: the file's name
#          is taken for it, no filter is left, every file runs, and the snapshots of ALL of them are overwritten.
#          A value that is none of the three is not refused. `vitest run a.test.js -u` does what was meant.
# Means:   accepting one file's new output accepts whatever else has changed, unseen: the run is green. Put -u last.
#
# Output:
#   vitest run -u a.test.js: ran a.test.js b.test.js, rewrote the snapshots of a.test.js b.test.js, exit code 0
#   vitest run a.test.js -u: ran a.test.js, rewrote the snapshots of a.test.js, exit code 0
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 vitest@5.1.1 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const files = ["a.test.js", "b.test.js"];
const snapshotOf = (file) => `project/__snapshots__/${file}.snap`;
mkdirSync("project/__snapshots__", { recursive: true });
writeFileSync("project/vitest.config.js", "export default {};\n");

/** Two files whose outputs differ from their snapshots, one call of vitest, and what it did. */
function run(...args) {
  for (const file of files) {
    const test = `import { expect, test } from "vitest";\ntest("t", () => expect("new").toMatchSnapshot());\n`;
    writeFileSync(`project/${file}`, test);
    writeFileSync(
      snapshotOf(file),
      "// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html\n\nexports[`t 1`] = `\"old\"`;\n",
    );
  }
  const vitest = `${process.cwd()}/node_modules/vitest/vitest.mjs`;
  const command = [vitest, "run", ...args, "--reporter=json", "--outputFile=report.json"];
  const { status } = spawnSync(process.execPath, command, { cwd: "project", encoding: "utf8", timeout: 25_000 });
  const report = JSON.parse(readFileSync("project/report.json", "utf8"));
  const ran = files.filter((file) => report.testResults.some(({ name }) => name.endsWith(file)));
  const rewrote = files.filter((file) => readFileSync(snapshotOf(file), "utf8").includes('"new"'));
  const said = `ran ${ran.join(" ")}, rewrote the snapshots of ${rewrote.join(" ")}, exit code ${status}`;
  console.log(`vitest run ${args.join(" ")}: ${said}`);
  return said;
}

const first = run("-u", "a.test.js");
const last = run("a.test.js", "-u");
const asDescribed =
  first === "ran a.test.js b.test.js, rewrote the snapshots of a.test.js b.test.js, exit code 0" &&
  last === "ran a.test.js, rewrote the snapshots of a.test.js, exit code 0";
if (!asDescribed) console.log("CHANGED: -u before a file's name no longer runs and rewrites everything");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
