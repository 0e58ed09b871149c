#!/usr/bin/env bash
# Package: pino 10.4.0 (with sonic-boom 4.2.1), node 26.10.0
#
# Guess:   `fatal` is there to be the last line before the end: it "will always sync flush the destination" (its
#          documentation), so `fatal(…); process.exit(1)` leaves the line in the file of any destination.
# Seen:    not while an asynchronous destination is still opening its file, and `pino.destination(file)` is
#          asynchronous unless told otherwise: the flush throws "sonic boom is not ready yet", `fatal` swallows that,
#          and the line is gone. `process.exit` then throws the same error from pino's own exit hook; a program
#          that catches it is left with an empty file. After the destination's 'ready', or with `sync: true`, the line is
#          there.
# Means:   the errors of a start (a bad setting, a port in use) happen in just these first moments, and their reason
#          is the line that is missing. Wait for 'ready', or take `sync: true`, or log to a descriptor that is open.
#
# Output:
#   pino.destination(file), at once: 0 lines; process.exit threw "sonic boom is not ready yet"
#   pino.destination(file), after 'ready': 1 line; process.exit threw nothing
#   with sync: true, at once: 1 line; process.exit threw nothing
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 pino@10.4.0 sonic-boom@4.2.1 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >child.js <<'JS'
import { once } from "node:events";
import pino from "pino";

const [file, sync, when] = process.argv.slice(2);
const destination = pino.destination(sync === "true" ? { dest: file, sync: true } : file);
const logger = pino(destination);
if (when === "ready") await once(destination, "ready");
logger.fatal("the reason of the end");
try {
  process.exit(1);
} catch (error) {
  console.log(error.message);
  process.reallyExit(1);
}
JS
cat >probe.js <<'JS'
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

function run(title, sync, when) {
  writeFileSync("log", "");
  const { stdout } = spawnSync(process.execPath, ["child.js", "log", sync, when], { encoding: "utf8" });
  const lines = readFileSync("log", "utf8").split("\n").filter(Boolean).length;
  const threw = stdout.trim() === "" ? "nothing" : `"${stdout.trim()}"`;
  console.log(`${title}: ${lines} line${lines === 1 ? "" : "s"}; process.exit threw ${threw}`);
  return lines;
}

const lines = [
  run("pino.destination(file), at once", "default", "now"),
  run("pino.destination(file), after 'ready'", "default", "ready"),
  run("with sync: true, at once", "true", "now"),
];
const asDescribed = lines.join() === "0,1,1";
if (!asDescribed) console.log("CHANGED: fatal leaves its line in other cases than these");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
