#!/usr/bin/env bash
# Package: prom-client 15.1.3, node 26.10.0
#
# Guess:   `collectDefaultMetrics` measures when it is asked, and the event loop lag of a process that does nothing is next
#          to 0.
# Seen:    it is about 10 ms. The package measures with a timer of 10 ms that runs all the time, and what Node's monitor
#          reports is the time between two runs of it, with the 10 ms in it. The timer also wakes an idle process a
#          hundred times a second.
# Means:   an alarm on this lag needs a limit well above 10 ms. `eventLoopMonitoringPrecision` sets the timer; a longer
#          one wakes the process less often, and is in the figures, too.
#
# Output:
#   idle, as it comes: mean lag 9 to 13 ms: true
#   idle, with a precision of 100 ms: mean lag 95 to 115 ms: true
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 prom-client@15.1.3 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { setTimeout as pause } from "node:timers/promises";
import { collectDefaultMetrics, Registry } from "prom-client";

async function idleLagMs(settings) {
  const register = new Registry();
  collectDefaultMetrics({ register, ...settings });
  await pause(1000);
  // The first reading has the start in it; it also begins anew.
  await register.metrics();
  await pause(4000);
  const { values } = await register.getSingleMetric("nodejs_eventloop_lag_mean_seconds").get();
  return values[0].value * 1000;
}

const usual = await idleLagMs({});
const slow = await idleLagMs({ eventLoopMonitoringPrecision: 100 });
const checks = [usual >= 9 && usual <= 13, slow >= 95 && slow <= 115];
console.log(`idle, as it comes: mean lag 9 to 13 ms: ${checks[0]}`);
console.log(`idle, with a precision of 100 ms: mean lag 95 to 115 ms: ${checks[1]}`);
if (checks.includes(false)) console.log(`CHANGED: ${usual.toFixed(2)} ms and ${slow.toFixed(2)} ms`);
process.exit(checks.includes(false) ? 1 : 0);
JS
timeout 60 node_modules/.bin/node probe.js
