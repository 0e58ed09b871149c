/** The watch of one connection: how much it lets through, and what ends it. */
import { expect, test } from "vitest";
import { FrameGuard } from "../../server/room/frame-guard.ts";
import { closeOf, FrameWatch, messagesPerSecondMax, type WatchFault } from "../../server/room/frame-watch.ts";
import { WatchedSocket } from "../../server/room/watched-socket.ts";

const joined = Uint8Array.of(10);
const ping = Uint8Array.of(18);
const input = Uint8Array.of(19);
const message = Uint8Array.of(13, 0xa1, 0x61);

function watching() {
  const faults: WatchFault[] = [];
  const clock = { ms: 0 };
  const watch = new FrameWatch({
    guard: new FrameGuard([4]),
    nowMs: () => clock.ms,
    onJoined: () => {},
    onFault: (fault) => faults.push(fault),
  });
  const times = (frame: Uint8Array, count: number) => {
    let admitted = 0;
    for (let i = 0; i < count; i++) if (watch.admits(frame, true)) admitted += 1;
    return admitted;
  };
  return { watch, faults, clock, times };
}

test("[P6.6] what comes in a second has a bound, pings of the WebSocket too, and the next second is a new one", () => {
  const { watch, faults, clock, times } = watching();
  expect(times(joined, 1)).toBe(1);
  for (let second = 0; second < 5; second++) {
    clock.ms += 1000;
    expect(times(input, messagesPerSecondMax - 10)).toBe(messagesPerSecondMax - 10);
    for (let i = 0; i < 10; i++) expect(watch.admitsControl()).toBe(true);
  }
  expect(faults).toEqual([]);
  expect(watch.admitsControl()).toBe(false);
  expect(times(input, 500)).toBe(0);
  clock.ms += 5000;
  expect(times(input, 1)).toBe(0);
  expect(faults).toEqual(["rate"]);
});

test("[P6] few messages wait for the join to be acknowledged, and any number of inputs", () => {
  const { faults, clock, times } = watching();
  for (let i = 0; i < 8; i++) {
    clock.ms += 1000;
    expect(times(message, 8) + times(input, 30)).toBe(38);
  }
  expect(faults).toEqual([]);
  expect(times(ping, 1)).toBe(0);
  expect(faults).toEqual(["early"]);
});

test("once the join is acknowledged only the rate counts", () => {
  const { watch, faults, clock, times } = watching();
  times(joined, 1);
  for (let i = 0; i < 20; i++) {
    clock.ms += 1000;
    expect(times(message, 100)).toBe(100);
  }
  watch.joinIsDue();
  expect(faults).toEqual([]);
});

test("[P6] a join that is not acknowledged when it is due ends the connection", () => {
  const { watch, faults, times } = watching();
  times(input, 3);
  watch.joinIsDue();
  watch.joinIsDue();
  expect(faults).toEqual(["unjoined"]);
  expect(times(joined, 1)).toBe(0);
});

test("[P6.6] the first message that is not in its shape is the last one, and is said once", () => {
  const { watch, faults, times } = watching();
  times(joined, 1);
  expect(times(Uint8Array.of(14), 3)).toBe(0);
  expect(times(input, 3)).toBe(0);
  watch.failed(new Error("late"));
  expect(faults).toEqual(["kind"]);
});

test("who floods may come back, who breaks the protocol may not; a reason fits into a close", () => {
  const final = (["text", "kind", "shape", "handler"] as const).map((fault) => closeOf[fault].code);
  // Those on which the SDK comes back by itself.
  for (const code of final) expect([1001, 1005, 1006, 4010]).not.toContain(code);
  for (const fault of ["rate", "early", "unjoined"] as const) expect(closeOf[fault].code).toBe(4010);
  for (const { reason } of Object.values(closeOf)) expect(Buffer.byteLength(reason)).toBeLessThan(124);
});

test("[P5.14] what a listener throws stays in its connection, and what is refused reaches no listener", () => {
  const { watch, faults } = watching();
  const socket = new WatchedSocket(null as never, undefined, {});
  socket.watch = watch;
  const heard: number[] = [];
  socket.on("message", (bytes: Buffer) => {
    heard.push(bytes[0]!);
    if (bytes[0] === 18) throw new Error("a handler that fails");
  });
  for (const kind of [10, 19, 18, 19, 14]) socket.emit("message", Buffer.of(kind), true);
  expect(heard).toEqual([10, 19, 18]);
  expect(faults).toEqual(["handler"]);
});
