#!/usr/bin/env bash
# Package: node 26.10.0
#
# Guess:   a request handler that destroys its connection is called for no further request of it.
# Seen:    it is called for each request that arrived in the same chunk: when a caller sends ten at once without waiting for
#          answers, there are ten calls, nine of them with a socket that says `destroyed`.
# Means:   counting in a handler and destroying the socket bounds nothing that has already been read, and each call costs its
#          request and response objects. Return at once where `request.socket.destroyed` is true, or look at what was read before the
#          parser does.
#
# Output:
#   10 requests in one write: 10 calls, 9 of them on a destroyed socket
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { once } from "node:events";
import http from "node:http";
import net from "node:net";

let calls = 0;
let onDestroyed = 0;
const server = http.createServer((request) => {
  calls += 1;
  if (request.socket.destroyed) onDestroyed += 1;
  request.socket.destroy();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const caller = net.connect(server.address().port, "127.0.0.1");
caller.on("error", () => {});
await once(caller, "connect");
caller.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(10));
await once(caller, "close");
await new Promise((resolve) => setTimeout(resolve, 300));
server.close();
console.log(`10 requests in one write: ${calls} calls, ${onDestroyed} of them on a destroyed socket`);
const asDescribed = calls === 10 && onDestroyed === 9;
if (!asDescribed) console.log("CHANGED: a destroyed connection brings no further requests");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
