#!/usr/bin/env bash
# Package: @colyseus/core 0.18.17, @colyseus/ws-transport 0.18.4, node 26.10.0
#
# Guess:   a room that calls `disconnect()` after its `onCreate`, while the driver still writes its listing over a network
#          (its data is gone, say), is disposed, and nothing of it is left among the rooms of its process.
# Seen:    it is disposed, and right afterwards it is added to the process' rooms all the same. It stays there for the
#          life of the process; the same call a moment later, when the room is known, leaves nothing.
# Means:   a process that ends rooms in this way leaks one each time. Wait for the room's `create` event before ending it.
#
# Output:
#   disconnected while it was created: disposed true, still among the rooms true
#   disconnected when it was known: disposed true, still among the rooms false
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module","overrides":{"@colyseus/uwebsockets-transport":"npm:@colyseus/ws-transport@0.18.4"}}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/core@0.18.17 @colyseus/ws-transport@0.18.4 @colyseus/schema@5.0.34 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { LocalDriver, matchMaker, Room, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";

const disposed = new Set();
class Ending extends Room {
  async onCreate({ atOnce }) {
    if (atOnce) setTimeout(() => this.disconnect(), 20);
  }
  onDispose() {
    disposed.add(this.roomId);
  }
}
// As a driver over a network: the listing is written some milliseconds later.
class SlowDriver extends LocalDriver {
  async persist(...args) {
    await delay(100);
    return super.persist(...args);
  }
  async insert(...args) {
    await delay(100);
    return super.insert ? super.insert(...args) : (await super.persist(args[0], true), true);
  }
}
const http = createServer();
const transport = new WebSocketTransport({ server: http });
const server = new Server({ driver: new SlowDriver(), transport, greet: false, gracefullyShutdown: false });
server.define("ending", Ending);
await server.listen(0, "127.0.0.1");

async function ended(title, atOnce) {
  const { roomId } = await matchMaker.createRoom("ending", { atOnce });
  if (!atOnce) await matchMaker.getLocalRoomById(roomId).disconnect();
  await delay(1000);
  const answer = { disposed: disposed.has(roomId), known: matchMaker.getLocalRoomById(roomId) !== undefined };
  console.log(`${title}: disposed ${answer.disposed}, still among the rooms ${answer.known}`);
  return answer;
}

const early = await ended("disconnected while it was created", true);
const late = await ended("disconnected when it was known", false);
const asDescribed = early.disposed && early.known && late.disposed && !late.known;
if (!asDescribed) console.log("CHANGED: a room that ends while it is created is treated in another way");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
