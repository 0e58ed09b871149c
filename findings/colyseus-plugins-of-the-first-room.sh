#!/usr/bin/env bash
# Package: @colyseus/core 0.18.17, node 26.10.0
#
# Guess:   a plugin of a room (`definePlugins`) has its hooks called in every room of the class.
# Seen:    in a class that has an `onUncaughtException`, the first room that is made does without those hooks of plugins
#          that the class has itself: here `onCreate`. Every later room has them. The constructor of a room binds the
#          methods of the class, and only afterwards the first room of the class puts the plugins' hooks around them.
# Means:   what a plugin sets up at the beginning is missing in one room of each process. Make a first room of the class
#          yourself and throw it away, or call what the plugin needs from the room.
#
# Output:
#   first room: create
#   second room: plugin, create
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/core@0.18.17 @colyseus/schema@5.0.34 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { definePlugins, LocalDriver, LocalPresence, matchMaker, Room, RoomPlugin } from "@colyseus/core";

let called = [];
class Note extends RoomPlugin {
  pluginName = "note";
  onCreate() {
    called.push("plugin");
  }
}
class Noted extends Room {
  plugins = definePlugins([new Note()]);
  onCreate() {
    called.push("create");
  }
  onUncaughtException() {}
}

await matchMaker.setup(new LocalPresence(), new LocalDriver());
matchMaker.defineRoomType("noted", Noted);
const made = async () => {
  called = [];
  await matchMaker.createRoom("noted", {});
  return called.join(", ");
};
const [first, second] = [await made(), await made()];
console.log(`first room: ${first}`);
console.log(`second room: ${second}`);
const asDescribed = first === "create" && second === "plugin, create";
if (!asDescribed) console.log("CHANGED: the first room of a class has its plugins");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
