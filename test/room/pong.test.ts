/** What a room's socket says past the gate by itself: that it is alive, as long as its match is this process'. */
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import type { WebSocket } from "ws";
import { type FrameGate, guardSocket } from "../../server/room/gated-socket.ts";

/** Kind of a message in Colyseus' protocol. */
const ping = 18;

/** A socket behind a gate that lets nothing out, as of a match whose store is away. */
function behindClosedGate({ lifecycle = "running", stale = false } = {}) {
  const sent: number[][] = [];
  const held: number[][] = [];
  const socket = {
    send: (data: Uint8Array) => sent.push([...data]),
    close: () => {},
    readyState: 1,
    OPEN: 1,
  } as unknown as WebSocket;
  const gate: FrameGate = {
    lifecycle,
    send: (frame) => {
      if (frame.kind === "message") held.push([...frame.data]);
      return true;
    },
  };
  guardSocket({
    ...{ socket, tcp: { writableLength: 0 } as Socket, gate, stale: () => stale },
    states: { bytesMax: 1000, waitingBytes: 0, onTooLarge: () => {} },
    onBytes: () => {},
    onSentAway: () => {},
  });
  return { socket, sent, held };
}

it("[P2.4] the answer to a ping passes the gate, for it reflects no tick; nothing else does", () => {
  const { socket, sent, held } = behindClosedGate();
  socket.send(Uint8Array.of(15, 1, 2));
  socket.send(Uint8Array.of(ping));
  socket.send(Uint8Array.of(ping, 1));
  expect(sent).toEqual([[ping]]);
  expect(held).toEqual([
    [15, 1, 2],
    [ping, 1],
  ]);
});

it("[P3.5] a process that lost the match, or stood still for too long, gives no sign of life", () => {
  for (const parts of [{ lifecycle: "stopped" }, { stale: true }]) {
    const { socket, sent } = behindClosedGate(parts);
    socket.send(Uint8Array.of(ping));
    expect(sent).toEqual([]);
  }
});
