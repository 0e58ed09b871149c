/** What one socket of a room may hold: full states, answers, patches, pongs; and who is sent away for it. */
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import {
  deliver,
  type FrameGate,
  guardSocket,
  type OutFrame,
  type StateLimit,
} from "../../server/room/gated-socket.ts";

const mib = 1024 * 1024;
const stateKind = 14;
const message = (bytes: number) => new Uint8Array(bytes).fill(13, 0, 1);
const state = (bytes: number) => new Uint8Array(bytes).fill(stateKind | 0x80, 0, 1);
const ping = Uint8Array.of(18);

/** A socket whose reader and whose gate are the test's. */
function socketOf(states: StateLimit = limit()) {
  const sent: number[] = [];
  const callbacks: (() => void)[] = [];
  const closes: string[] = [];
  const held: OutFrame[] = [];
  const tcp = { writableLength: 0, write: (frame: Uint8Array) => sent.push(frame.length) };
  const counts = { sentAway: 0, gateBytes: 0 };
  const world = { gateOpen: true, lifecycle: "running" };
  const socket = {
    _closeFrameReceived: false,
    readyState: 1,
    OPEN: 1,
    send: (data: Uint8Array, _options: object, callback?: () => void) => {
      sent.push(data.length);
      if (callback !== undefined) callbacks.push(callback);
    },
    close: (code: number, reason: string) => {
      socket.readyState = 2;
      closes.push(`${code} ${reason}`);
    },
  };
  const gate: FrameGate = {
    get lifecycle() {
      return world.lifecycle;
    },
    send: (frame, bytes) => {
      counts.gateBytes += bytes;
      if (world.gateOpen) deliver(frame);
      else held.push(frame);
      return true;
    },
  };
  const out = guardSocket({
    ...{ socket: socket as unknown as WebSocket, tcp: tcp as unknown as Socket, gate, states },
    onBytes: () => {},
    onSentAway: () => {
      counts.sentAway += 1;
    },
    stale: undefined,
  });
  const send = (data: Uint8Array) => (socket.send as unknown as (data: Uint8Array) => void)(data);
  const patch = () => deliver({ kind: "patch", to: [out], frames: Buffer.alloc(10), ends: 10 });
  const open = () => {
    world.gateOpen = true;
    for (const frame of held.splice(0)) deliver(frame);
  };
  const close = (code: number) => (socket.close as (code: number) => void)(code);
  const clientSaidGoodbye = () => {
    socket._closeFrameReceived = true;
  };
  return { out, send, close, clientSaidGoodbye, patch, open, sent, callbacks, closes, tcp, counts, world };
}

function limit(bytesMax = 8 * mib): StateLimit & { tooLarge: number[] } {
  const tooLarge: number[] = [];
  return { bytesMax, waitingBytes: 0, onTooLarge: (bytes) => tooLarge.push(bytes), tooLarge };
}

test("[P6.5] a full state that is read slowly sends nobody away; what piles up behind it does", () => {
  const { send, patch, closes, tcp, sent, counts } = socketOf();
  send(state(6 * mib));
  tcp.writableLength = 6 * mib;
  patch();
  tcp.writableLength = 7 * mib;
  patch();
  expect(closes).toEqual([]);
  expect(sent).toEqual([6 * mib, 10, 10]);
  tcp.writableLength = 7 * mib + 1;
  patch();
  expect(closes).toEqual(["4010 too slow"]);
  expect(counts.sentAway).toBe(1);
});

test("[P6.5] a client whose match left this process again and again need not wait for that", () => {
  const here = socketOf();
  here.close(4010);
  expect(here.counts.sentAway).toBe(1);
  const left = socketOf();
  left.world.lifecycle = "stopped";
  left.close(4010);
  expect(left.closes).toEqual(["4010 undefined"]);
  expect(left.counts.sentAway).toBe(0);
});

test("[P6.5] of those who get the same frame, one who does not read is sent away, and the others get it", () => {
  const sockets = Array.from({ length: 3 }, () => socketOf());
  sockets[1]!.tcp.writableLength = 2 * mib;
  deliver({ kind: "patch", to: sockets.map(({ out }) => out), frames: Buffer.alloc(10), ends: undefined });
  expect(sockets.map(({ sent }) => sent)).toEqual([[10], [], [10]]);
  expect(sockets.map(({ closes }) => closes)).toEqual([[], ["4010 too slow"], []]);
});

test("[P6.5] once the full state got through, a client may hold no more than any other", () => {
  const { send, patch, closes, tcp } = socketOf();
  send(state(6 * mib));
  tcp.writableLength = mib;
  patch();
  expect(closes).toEqual([]);
  tcp.writableLength = 2 * mib;
  patch();
  expect(closes).toEqual(["4010 too slow"]);
});

test("[P6] a full state that is larger than the limit is not sent; the client is told why, for good", () => {
  const states = limit(mib);
  const { send, closes, sent, counts } = socketOf(states);
  send(state(mib + 1));
  expect(sent).toEqual([]);
  expect(closes).toEqual(["4002 match/view-too-large"]);
  expect(states.tooLarge).toEqual([mib + 1]);
  expect(counts.sentAway).toBe(0);
});

test("[P6] full states in the gate do not count against the match, and a few of them may wait there", () => {
  const states = limit(mib);
  const sockets = Array.from({ length: 5 }, () => socketOf(states));
  for (const { send, world } of sockets) {
    world.gateOpen = false;
    send(state(mib));
  }
  expect(sockets.map(({ closes }) => closes[0])).toEqual([...Array(4).fill(undefined), "4010 gate full"]);
  for (const { counts } of sockets) expect(counts.gateBytes).toBeLessThan(1000);
  for (const { open } of sockets) open();
  expect(states.waitingBytes).toBe(0);
  expect(sockets.filter(({ sent }) => sent[0] === mib)).toHaveLength(4);
});

test("[P6] answers that wait in the gate are bounded for each client, small ones too", () => {
  const { send, closes, world, sent, open } = socketOf();
  for (let round = 0; round < 3; round++) {
    world.gateOpen = false;
    for (let i = 0; i < 500; i++) send(message(10));
    open();
  }
  expect(closes).toEqual([]);
  expect(sent).toHaveLength(1500);
  world.gateOpen = false;
  for (let i = 0; i < 2000; i++) send(message(10));
  expect(closes[0]).toBe("4010 too many answers wait");
});

test("[P6] pongs for who never reads are left out, and go on when they reads", () => {
  const { send, sent, callbacks, closes } = socketOf();
  for (let i = 0; i < 100; i++) send(ping);
  expect(sent).toHaveLength(16);
  for (const read of callbacks.splice(0)) read();
  send(ping);
  expect(sent).toHaveLength(17);
  expect(closes).toEqual([]);
});

test("[P2.4] [P6] who says goodbye is answered at once, also while the gate is shut; a close of ours waits for what is before it", () => {
  const leaving = socketOf();
  leaving.world.gateOpen = false;
  leaving.clientSaidGoodbye();
  leaving.close(1000);
  expect(leaving.closes).toEqual(["1000 undefined"]);
  const ours = socketOf();
  ours.world.gateOpen = false;
  ours.close(4000);
  expect(ours.closes).toEqual([]);
  ours.open();
  expect(ours.closes).toEqual(["4000 undefined"]);
});

test("an end that is no sending away is not counted as one, nor a second one", () => {
  const { out, counts } = socketOf();
  out.close(1000, "bye");
  out.close(4010, "again");
  expect(counts.sentAway).toBe(0);
});
