#!/usr/bin/env bash
# Package: pino 10.4.0 (with sonic-boom 4.2.1), node 26.10.0
#
# Guess:   a process that logs to standard error through `pino.destination({ dest: 2, sync: false })` ends when it calls
#          `process.exit`, also when the process that read its standard error is dead; at most the last lines are lost.
# Seen:    when a line is still buffered, it never ends. pino's exit hook calls `flushSync`, which throws nothing but what
#          `retryEAGAIN` refuses: after any other error, here EPIPE, it sleeps for 100 ms and writes again, without an end.
#          A listener of the destination's 'error' changes nothing. With `sync: true`, and with nothing buffered, it ends.
# Means:   a child that ends itself because its parent was killed stays, with its ports and locks, and answers nothing. End
#          it by a signal to itself, or reopen the destination (`reopen("/dev/null")`) after its first EPIPE.
#
# Output:
#   sync: false, a line is buffered: still there after 3 s
#   sync: false, nothing is buffered: ended with 0
#   sync: true: ended with 0
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 pino@10.4.0 sonic-boom@4.2.1 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >child.js <<'JS'
import pino from "pino";

const [sync, line] = process.argv.slice(2);
const destination = pino.destination({ dest: 2, sync: sync === "true" });
destination.on("error", () => {});
const logger = pino(destination);
// The parent has closed its end of standard error before it says so.
process.once("message", () => {
  // The first is on its way, the second waits for it.
  if (line === "line") for (const word of ["nobody", "reads"]) logger.warn(word);
  process.exit(0);
});
JS
cat >probe.js <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";

async function run(title, sync, line) {
  const child = spawn(process.execPath, ["child.js", sync, line], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  await once(child, "spawn");
  child.stderr.destroy();
  await once(child.stderr, "close");
  child.send("go");
  const late = new Promise((resolve) => setTimeout(resolve, 3000, "still there after 3 s"));
  const ended = once(child, "exit").then(([code]) => `ended with ${code}`);
  const said = await Promise.race([ended, late]);
  child.kill("SIGKILL");
  console.log(`${title}: ${said}`);
  return said;
}

const said = [
  await run("sync: false, a line is buffered", "false", "line"),
  await run("sync: false, nothing is buffered", "false", "none"),
  await run("sync: true", "true", "line"),
];
const asDescribed = said.join() === "still there after 3 s,ended with 0,ended with 0";
if (!asDescribed) console.log("CHANGED: the exit hook ends in other cases than these");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
