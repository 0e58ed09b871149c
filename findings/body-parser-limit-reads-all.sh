#!/usr/bin/env bash
# Package: body-parser 2.4.0 as express 5.3.0 brings it, node 26.10.0
#
# Guess:   a body above the limit is answered with 413 as soon as that is known: at once when `content-length` says
#          so, otherwise when the limit is passed.
# Seen:    body-parser reads (and throws away) the whole body first and answers after its last byte, also when the
#          header alone said that it is too large. A client that had announced 20 MB for a limit of 16 kB and had sent
#          19 MB had no answer 1 s later; the answer came after the last byte.
# Means:   a limit bounds memory, not traffic: anyone may make the server take in as many bytes per request as fit into
#          Node's request time-out (300 s), and an honest client learns of its mistake only at the end. Refuse by
#          `content-length` in front of the parser, or in the proxy.
#
# Output:
#   after 19 of 20 MB and 1 s more: no answer
#   after the last byte: HTTP/1.1 413 Payload Too Large
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 express@5.3.0 body-parser@2.4.0 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import express from "express";

const MB = 2 ** 20;
const app = express();
app.use(express.json({ limit: "16kb" }));
app.post("/", (_request, response) => response.end());
app.use((error, _request, response, _next) => response.status(error.status).end());
const server = app.listen(0, "127.0.0.1");
await once(server, "listening");

const socket = net.connect(server.address().port, "127.0.0.1");
let answer = "";
socket.on("data", (chunk) => {
  answer += chunk;
});
const said = () => answer.split("\r\n")[0] || "no answer";
const send = (data) => new Promise((resolve) => socket.write(data, resolve));

const head = ["POST / HTTP/1.1", "host: localhost", "content-type: application/json", `content-length: ${20 * MB}`];
await send(`${head.join("\r\n")}\r\n\r\n["`);
for (let sent = 0; sent < 19; sent++) await send(Buffer.alloc(MB, "x"));
await delay(1000);
const early = said();
console.log(`after 19 of 20 MB and 1 s more: ${early}`);
await send(`${"x".repeat(MB - 4)}"]`);
await delay(1000);
const late = said();
console.log(`after the last byte: ${late}`);
const asDescribed = early === "no answer" && late.startsWith("HTTP/1.1 413");
if (!asDescribed) console.log("CHANGED: the 413 no longer waits for the end of the body");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
