#!/usr/bin/env bash
# Package: node 26.10.0 (needs `ss`, of iproute2, to see the queue's length; skipped without it)
#
# Guess:   `backlog` is a common parameter of every form of `server.listen()`, so `listen({ fd, backlog })` listens
#          with that queue as `listen({ port, backlog })` does.
# Seen:    beside `fd` the option is silently ignored and the queue is the default of 511. Only the second
#          argument counts: `listen({ fd }, backlog)`.
# Means:   a program that takes a socket from systemd or from a parent and asks for a longer queue (a reconnection of
#          thousands at once) or a shorter one gets 511 and is not told.
#
# Output:
#   asked for 7 with { port, backlog }: 7
#   asked for 7 with { fd, backlog }: 511
#   asked for 7 with { fd }, backlog: 7
set -euo pipefail

command -v ss >/dev/null || { echo "skipped: no ss here" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import net from "node:net";

const queueOf = (port) => {
  const line = execFileSync("ss", ["-Hltn", `sport = :${port}`], { encoding: "utf8" });
  return Number(line.trim().split(/\s+/)[2]); // Send-Q: of a listening socket the length of its queue
};
const listening = async (...how) => {
  const server = net.createServer();
  server.listen(...how);
  await once(server, "listening");
  return queueOf(server.address().port);
};
const bound = [];
const boundFd = () => {
  const socket = new net.BoundSocket({ host: "127.0.0.1", port: 0 });
  bound.push(socket);
  return socket.fd();
};

const byPort = await listening({ host: "127.0.0.1", port: 0, backlog: 7 });
const byOption = await listening({ fd: boundFd(), backlog: 7 });
const byArgument = await listening({ fd: boundFd() }, 7);
console.log(`asked for 7 with { port, backlog }: ${byPort}`);
console.log(`asked for 7 with { fd, backlog }: ${byOption}`);
console.log(`asked for 7 with { fd }, backlog: ${byArgument}`);
const asDescribed = byPort === 7 && byOption > 7 && byArgument === 7;
if (!asDescribed) console.log("CHANGED: the option backlog beside fd is no longer the one that is ignored");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
