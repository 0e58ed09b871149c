#!/usr/bin/env bash
# Package: node 26.10.0
#
# Guess:   `socket.writableLength` is what has not been sent yet, so it goes down while much data leaves, and one that
#          stands still belongs to a peer that does not read.
# Seen:    a `write` counts whole until its last byte was handed to the system. While the peer had read 8 of 32 MB,
#          `writableLength` was still 32 MB; `bytesWritten` ("the amount of bytes sent") said 32 MB from the first
#          moment on. Pieces written together are no better: those that the system does not take at once
#          (here after 4 MB; how many depends on its buffers) go as one.
# Means:   a guard that disconnects a client whose `writableLength` does not shrink also disconnects one that is reading a
#          large snapshot over a slow line. Write the next piece when the one before was taken, or have the peer
#          acknowledge what it has.
#
# Output:
#   1 write of 32 MB, the peer has 8 MB: writableLength 32 MB, bytesWritten 32 MB
#   32 writes of 1 MB, the peer has 8 MB: writableLength 28 MB, bytesWritten 32 MB
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --no-audit --no-fund --loglevel=error node@26.10.0 >&2 ||
  { echo "skipped: npm could not install the packages" && exit 77; }

cat >probe.js <<'JS'
import { once } from "node:events";
import net from "node:net";

const MB = 2 ** 20;
const inMB = (bytes) => `${Math.round(bytes / MB)} MB`;

/** Sends 32 MB in so many writes to a peer that reads; what the sender says when the peer has 8 MB. */
async function sending(writes) {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = net.connect(server.address().port, "127.0.0.1");
  const [[peer]] = await Promise.all([once(server, "connection"), once(socket, "connect")]);
  for (let i = 0; i < writes; i++) socket.write(Buffer.alloc((32 * MB) / writes));
  let received = 0;
  for await (const chunk of peer.iterator({ destroyOnReturn: false })) {
    received += chunk.length;
    if (received >= 8 * MB) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 300)); // whatever the sender may still learn, it has learnt
  const { writableLength, bytesWritten } = socket;
  socket.destroy();
  peer.destroy();
  server.close();
  const each = inMB((32 * MB) / writes);
  const said = `writableLength ${inMB(writableLength)}, bytesWritten ${inMB(bytesWritten)}`;
  console.log(`${writes} write${writes === 1 ? "" : "s"} of ${each}, the peer has ${inMB(received)}: ${said}`);
  return writableLength;
}

const asDescribed = (await sending(1)) === 32 * MB && (await sending(32)) >= 25 * MB;
if (!asDescribed) console.log("CHANGED: writableLength moves while a large write is being sent");
process.exit(asDescribed ? 0 : 1);
JS
timeout 60 node_modules/.bin/node probe.js
