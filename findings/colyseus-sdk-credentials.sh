#!/usr/bin/env bash
# Package: @colyseus/sdk 0.18.4, node 26.10.0
#
# Guess:   the SDK sends its token in a header or in the body, so its requests carry no credentials in the sense of
#          `fetch`, and a server that answers `Access-Control-Allow-Origin: *` is open to pages of every origin.
# Seen:    matchmaking, `client.http` and `client.auth` all call `fetch` with `credentials: "include"`, whether there
#          is a token or not. A browser refuses the answer `*` to such a call, whatever else the answer says. Only
#          `client.http` takes `credentials` per call; the methods of matchmaking and of `client.auth` do not.
# Means:   a proxy, a CDN or an own `getCorsHeaders` that says `*` (the example in Colyseus' documentation does) locks
#          out every page of another origin, with an error that names CORS and not the SDK. Answer with
#          the origin of the request, as Colyseus' default does, and with `Vary: Origin`.
#
# Output:
#   client.joinOrCreate: POST /matchmake/joinOrCreate/room with credentials: include
#   client.joinById: POST /matchmake/joinById/id with credentials: include
#   client.http.get: GET /scores with credentials: include
#   client.auth.signInAnonymously: POST /auth/anonymous with credentials: include
#   client.http.get with credentials: "omit": GET /scores with credentials: omit
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module","overrides":{"@colyseus/uwebsockets-transport":"npm:@colyseus/ws-transport@0.18.4"}}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 @colyseus/sdk@0.18.4 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
const calls = [];
globalThis.fetch = async (url, init) => {
  calls.push(`${init.method} ${new URL(url).pathname} with credentials: ${init.credentials}`);
  return new Response("{}", { status: 503, headers: { "content-type": "application/json" } }); // nothing leaves
};
const { Client } = await import("@colyseus/sdk");
const client = new Client("http://127.0.0.1:1");

const asked = [
  ["client.joinOrCreate", () => client.joinOrCreate("room"), "include"],
  ["client.joinById", () => client.joinById("id"), "include"],
  ["client.http.get", () => client.http.get("/scores"), "include"],
  ["client.auth.signInAnonymously", () => client.auth.signInAnonymously(), "include"],
  ['client.http.get with credentials: "omit"', () => client.http.get("/scores", { credentials: "omit" }), "omit"],
];
let asDescribed = true;
for (const [name, call, credentials] of asked) {
  calls.length = 0;
  await call().catch(() => {}); // the 503
  console.log(`${name}: ${calls.join(", ")}`);
  asDescribed &&= calls.length === 1 && calls[0].endsWith(`credentials: ${credentials}`);
}
if (!asDescribed) console.log('CHANGED: not every call is made with credentials: "include"');
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
