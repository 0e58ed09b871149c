#!/usr/bin/env bash
# Package: ioredis 5.11.1, node 26.10.0 (needs `redis-server`, seen with 7.0.15; skipped without it)
#
# Guess:   a URL that names a database which the server does not have fails: the client never becomes ready, or
#          its commands are rejected.
# Seen:    one 'error' event, then 'ready', and every command goes to database 0.
# Means:   with the usual `redis.on("error", log)` a typing error in the number (or a server with fewer databases) mixes an
#          application's keys with another's in database 0, and its FLUSHDB empties that. Ask the server once
#          after 'ready' (CLIENT INFO tells db=) and stop if it is another one.
#
# Output:
#   error: ERR DB index is out of range
#   ready: the connection is in db=0
#   SET resolved with OK
#   a client of database 0 reads: written by the client of database 99
set -euo pipefail

command -v redis-server >/dev/null || { echo "skipped: no redis-server here" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 ioredis@5.11.1 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { Redis } from "ioredis";

// Redis listens on a socket file; a TCP port of the system's choice passes on to it, so that no port is guessed.
const file = "redis.sock";
const redis = spawn("redis-server", ["--port", "0", "--unixsocket", file, "--save", "", "--databases", "16"], {
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => redis.kill("SIGKILL"));
process.on("SIGTERM", () => process.exit(1));
for await (const chunk of redis.stdout.iterator({ destroyOnReturn: false })) {
  if (String(chunk).includes("ready to accept connections") || String(chunk).includes("at /")) break;
}
redis.stdout.resume();
const server = net.createServer((from) => {
  const to = net.connect(file);
  for (const socket of [from, to]) socket.on("error", () => {});
  from.pipe(to).pipe(from);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const at = `redis://127.0.0.1:${server.address().port}`;

const client = new Redis(`${at}/99`);
const errors = [];
client.on("error", (error) => errors.push(error.message) && console.log(`error: ${error.message}`));
await new Promise((resolve) => client.once("ready", resolve));
const database = /\bdb=\d+/.exec(await client.client("INFO"))?.[0];
console.log(`ready: the connection is in ${database}`);
console.log(`SET resolved with ${await client.set("key", "written by the client of database 99")}`);
const other = new Redis(`${at}/0`);
const value = await other.get("key");
console.log(`a client of database 0 reads: ${value}`);
const asDescribed = errors.length === 1 && database === "db=0" && value !== null;
if (!asDescribed) console.log("CHANGED: a database that does not exist no longer becomes database 0");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
