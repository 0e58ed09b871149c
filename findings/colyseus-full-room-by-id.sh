#!/usr/bin/env bash
# Package: @colyseus/core 0.18.17, @colyseus/ws-transport 0.18.4, @colyseus/sdk 0.18.4, node 26.10.0
#
# Guess:   `joinById` into a room whose `maxClients` are all in it is refused as full, with a code of its own, so that a
#          client can say "full, try again" to that and "no such room" to a wrong id.
# Seen:    both are refused with 522, MATCHMAKE_INVALID_ROOM_ID. Only the English message differs ("is locked", "not
#          found"), and it says neither "full" nor whether the room was locked by hand.
# Means:   a client that discards an invitation because of an invalid room id also discards it when the room was only full
#          for a moment. Go by the message (and hold it by a test), or answer from the server by your own count of seats.
#
# Output:
#   a room that is full: 522 room "…" is locked
#   a room that does not exist: 522 room "…" not found
#   the full room, when its player has left: joined
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module","overrides":{"@colyseus/uwebsockets-transport":"npm:@colyseus/ws-transport@0.18.4"}}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/core@0.18.17 @colyseus/ws-transport@0.18.4 @colyseus/sdk@0.18.4 @colyseus/schema@5.0.34 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { Room, Server } from "@colyseus/core";
import { Client } from "@colyseus/sdk";
import { WebSocketTransport } from "@colyseus/ws-transport";

class Duel extends Room {
  maxClients = 1;
  autoDispose = false;
}
const http = createServer();
const transport = new WebSocketTransport({ server: http });
const server = new Server({ transport, greet: false, gracefullyShutdown: false });
server.define("duel", Duel);
await server.listen(0, "127.0.0.1");
const client = new Client(`http://127.0.0.1:${http.address().port}`);

async function joining(title, roomId) {
  const answer = await client.joinById(roomId).then(
    (room) => ({ said: "joined", room }),
    ({ code, message }) => ({ said: `${code} ${message.replaceAll(roomId, "…")}`, code }),
  );
  console.log(`${title}: ${answer.said}`);
  return answer;
}

const first = await client.create("duel");
const full = await joining("a room that is full", first.roomId);
const unknown = await joining("a room that does not exist", "nosuchid1");
await first.leave();
await delay(500);
const later = await joining("the full room, when its player has left", first.roomId);
const asDescribed = full.code === 522 && unknown.code === 522 && later.said === "joined";
if (!asDescribed) console.log("CHANGED: a full room and an unknown one are no longer refused alike");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
