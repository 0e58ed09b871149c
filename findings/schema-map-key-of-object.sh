#!/usr/bin/env bash
# Package: @colyseus/schema 5.0.34, node 26.10.0
#
# Guess:   a MapSchema takes any string as a key, as a Map does; its own documentation speaks of string keys.
# Seen:    an entry under a name that every object has ("constructor", "toString") arrives at clients without its key: the
#          server's `get` finds it, a client's does not, and the client has an entry under `undefined`. Nothing throws.
# Means:   a map of players by name, or of words by their text, loses such an entry for every client. Put a prefix before a
#          key that others choose, or use ids that cannot be such names.
#
# Output:
#   alpha: the server has 7, the client has 7, keys of the client: alpha
#   constructor: the server has 7, the client has undefined, keys of the client: undefined
#   toString: the server has 7, the client has undefined, keys of the client: undefined
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/schema@5.0.34 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { Decoder, Encoder, MapSchema, schema, t } from "@colyseus/schema";

const State = schema({ scores: t.map("uint8") }, "State");

/** @returns what a client has of an entry that the server sets under this key */
function shown(key) {
  const state = new State();
  state.scores = new MapSchema();
  const encoder = new Encoder(state);
  const client = new Decoder(new State());
  client.decode(encoder.encodeAll({ offset: 0 }).slice());
  encoder.discardChanges();
  state.scores.set(key, 7);
  client.decode(encoder.encode({ offset: 0 }).slice());
  const got = client.state.scores.get(key);
  const keys = [...client.state.scores.keys()].join(" ") || "undefined";
  console.log(`${key}: the server has ${state.scores.get(key)}, the client has ${got}, keys of the client: ${keys}`);
  return got;
}

const asDescribed = shown("alpha") === 7 && shown("constructor") === undefined && shown("toString") === undefined;
if (!asDescribed) console.log("CHANGED: a key that every object has arrives");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
