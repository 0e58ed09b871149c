/** Which connections are taken for dead: on made-up sockets, beat by beat. */
import { expect, test } from "vitest";
import { beat } from "../../server/room/heartbeat.ts";
import type { WatchedSocket } from "../../server/room/watched-socket.ts";

function socketWith(writeQueueSize: number) {
  const handle = { writeQueueSize };
  const socket = {
    pingCount: 0,
    life: { queuedBytes: 0, beatsBySending: 0 },
    tcp: { _handle: handle },
    pings: 0,
    ended: false,
    ping: () => {
      socket.pings += 1;
    },
    terminate: () => {
      socket.ended = true;
    },
  };
  const beats = (count: number, each: () => void = () => {}) => {
    for (let i = 0; i < count && !socket.ended; i++) {
      beat([socket as unknown as WatchedSocket], 4);
      each();
    }
  };
  return { socket, handle, beats };
}

test("who answers pings lives, who does not is cut off at the fifth beat", () => {
  const lively = socketWith(0);
  lively.beats(50, () => {
    lively.socket.pingCount = 0;
  });
  expect(lively.socket.ended).toBe(false);
  const silent = socketWith(0);
  silent.beats(50);
  expect(silent.socket).toMatchObject({ ended: true, pings: 4 });
});

test("bytes that get through are a sign of life while much is queued, for a minute", () => {
  const slow = socketWith(6_000_000);
  slow.beats(30, () => {
    slow.handle.writeQueueSize -= 100_000;
  });
  expect(slow.socket.ended).toBe(false);
  const slower = socketWith(6_000_000);
  let count = 0;
  slower.beats(100, () => {
    slower.handle.writeQueueSize -= 1;
    count += 1;
  });
  expect(slower.socket.ended).toBe(true);
  expect(count).toBeGreaterThan(40);
});

test("a queue that stands still is no sign of life", () => {
  const stuck = socketWith(6_000_000);
  stuck.beats(50);
  expect(stuck.socket).toMatchObject({ ended: true, pings: 4 });
});
