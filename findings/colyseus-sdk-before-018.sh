#!/usr/bin/env bash
# Package: @colyseus/core 0.18.17, @colyseus/ws-transport 0.18.4, @colyseus/sdk 0.17.43 and 0.18.4, node 26.10.0
#
# Guess:   a client with an older SDK is either let in, or told that it is too old, by the promise that `joinOrCreate` gives.
# Seen:    0.17.43 gets its seat, the server lets it in, and the promise never settles: the SDK throws while it reads the
#          answer to its join (0.18 put a length in front of the state's description), in a listener of its socket, where
#          nobody can catch it. The server counts the client as joining and hears no more of it.
# Means:   clients and servers of a game have to change to 0.18 together. A server that shall say so has to notice that a
#          join is not acknowledged; the SDK can still read an error that follows.
#
# Output:
#   0.18.4: joined
#   0.17.43: the promise did not settle in 3 s; uncaught: typeContext.get(...) is not a constructor; clients of the room: 1
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/core@0.18.17 @colyseus/schema@5.0.34 \
  @colyseus/ws-transport@0.18.4 @colyseus/sdk@0.18.4 express@5.3.0 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }
# Apart: its peers are of 0.17.
mkdir old
echo '{"private":true,"type":"module"}' >old/package.json
npm install --prefix old --no-audit --no-fund --loglevel=error @colyseus/sdk@0.17.43 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { createServer } from "node:http";
import { matchMaker, RelayRoom, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { Client as New } from "@colyseus/sdk";

const { Client: Old } = await import("./old/node_modules/@colyseus/sdk/build/index.mjs");

const http = createServer();
const quiet = Object.fromEntries(["trace", "debug", "info", "log", "warn", "error"].map((name) => [name, () => {}]));
const server = new Server({
  transport: new WebSocketTransport({ server: http }),
  greet: false,
  gracefullyShutdown: false,
  logger: quiet,
});
server.define("relay", RelayRoom);
await server.listen(0, "127.0.0.1");
const url = `http://127.0.0.1:${http.address().port}`;
for (const name of ["warn", "error", "info"]) console[name] = () => {};

const uncaught = [];
process.on("uncaughtException", (error) => uncaught.push(error.message));

async function joined(Client) {
  const timeUp = new Promise((resolve) => setTimeout(resolve, 3000, undefined));
  return Promise.race([new Client(url).create("relay"), timeUp]);
}

const room = await joined(New);
console.log(`0.18.4: ${room ? "joined" : "did not join"}`);
await room?.leave();
const old = await joined(Old);
const [listed] = await matchMaker.query({ name: "relay" });
const what = old ? "joined" : "the promise did not settle in 3 s";
console.log(`0.17.43: ${what}; uncaught: ${uncaught[0] ?? "nothing"}; clients of the room: ${listed?.clients}`);
const asDescribed = room !== undefined && old === undefined && uncaught.length > 0;
if (!asDescribed) console.log("CHANGED: an older SDK reads the answer to its join");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
