#!/usr/bin/env bash
# Package: jose 6.2.18, node 26.10.0
#
# Guess:   `cooldownDuration` of `createRemoteJWKSet` (30 s unless set) is a length of time: after it a token with an
#          unknown key makes it fetch the set again, whatever the wall clock does in between.
# Seen:    it compares Date.now() with the moment of the last fetch. When the clock is set back by an hour, it stays in its
#          cooldown for that hour: with a cooldown of 0.5 s a new key was still refused 1 s after the fetch, and 59
#          minutes later, and was fetched when the clock passed the moment of the last fetch.
# Means:   a machine whose clock was ahead and is corrected refuses every player of a provider that changes its key in
#          that time. `reload()` fetches the set whatever the clock says.
#
# Output:
#   clock left alone, 1 s after the fetch: new key accepted (2 fetches)
#   clock set back by an hour, 1 s after the fetch: new key ERR_JWKS_NO_MATCHING_KEY (1 fetch)
#   the same, 59 minutes later: new key ERR_JWKS_NO_MATCHING_KEY (1 fetch)
#   the same, 61 minutes later: new key accepted (2 fetches)
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 jose@6.2.18 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";

const minute = 60_000;
const wallClock = Date.now;
let shift = 0;
Date.now = () => wallClock() + shift;

const keyNamed = async (kid) => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const token = await new SignJWT({}).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
  return { token, jwk: { ...(await exportJWK(publicKey)), kid, alg: "ES256" } };
};
const oldKey = await keyNamed("old");
const newKey = await keyNamed("new");
let published;
let fetches;
const server = createServer((_request, response) => {
  fetches++;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ keys: published }));
}).listen(0, "127.0.0.1");
await once(server, "listening");

/** A set that has just been fetched, before the provider publishes its new key. */
async function fetchedSet() {
  published = [oldKey.jwk];
  fetches = 0;
  const url = new URL(`http://127.0.0.1:${server.address().port}/`);
  const set = createRemoteJWKSet(url, { cooldownDuration: 500 });
  await jwtVerify(oldKey.token, set);
  published = [oldKey.jwk, newKey.jwk];
  return set;
}
async function check(title, set, key) {
  const answer = await jwtVerify(key.token, set).then(
    () => "accepted",
    (error) => error.code,
  );
  console.log(`${title}: ${key.jwk.kid} key ${answer} (${fetches} fetch${fetches === 1 ? "" : "es"})`);
  return answer;
}

const steady = await fetchedSet();
await delay(1000);
const answers = [await check("clock left alone, 1 s after the fetch", steady, newKey)];
const set = await fetchedSet();
shift = -60 * minute;
await delay(1000);
answers.push(await check("clock set back by an hour, 1 s after the fetch", set, newKey));
shift += 59 * minute;
answers.push(await check("the same, 59 minutes later", set, newKey));
shift += 2 * minute;
answers.push(await check("the same, 61 minutes later", set, newKey));
const refused = "ERR_JWKS_NO_MATCHING_KEY";
const asDescribed = answers.join() === ["accepted", refused, refused, "accepted"].join();
if (!asDescribed) console.log("CHANGED: the cooldown no longer goes by the wall clock");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
