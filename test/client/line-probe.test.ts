/** What a client learns of its line by asking, under a clock of its own. */
import { expect, test } from "vitest";
import { LineProbe } from "../../shared/client/line-probe.ts";
import { type Pong, pongOf, readPong } from "../../shared/wire/pong.ts";

function probing() {
  let [nowMs, asked] = [0, 0];
  const probe = new LineProbe({ now: () => nowMs, ping: () => asked++ });
  const answer = (tookMs: number, serverMs: number) => {
    nowMs += tookMs;
    probe.heard(frameOf({ serverMs, spareMs: 3, waitMs: 8, missed: 0, waiting: 0 }));
  };
  return {
    probe,
    answer,
    pass: (ms: number) => {
      nowMs += ms;
    },
    now: () => nowMs,
    asked: () => asked,
  };
}

const frameOf = (pong: Pong) => pongOf(pong).buffer as ArrayBuffer;

test("what a pong says is read as it was written, within its bounds, and the kind alone says nothing", () => {
  const said = { serverMs: 1_234_567, spareMs: -12.5, waitMs: 33.25, missed: 3, waiting: 2 };
  expect(readPong(frameOf(said))).toEqual(said);
  const far = { serverMs: 5, spareMs: -1e9, waitMs: 1e9, missed: 1000, waiting: 999 };
  const bounded = { serverMs: 5, spareMs: -2047.9375, waitMs: 4095.9375, missed: 255, waiting: 255 };
  expect(readPong(frameOf(far))).toEqual(bounded);
  expect(readPong(frameOf({ ...said, spareMs: undefined }))?.spareMs).toBeUndefined();
  expect(readPong(Uint8Array.of(18).buffer)).toBeUndefined();
});

test("the server is asked twice a second while patches come and somebody follows, and not otherwise", () => {
  const { probe, pass, asked, answer } = probing();
  probe.patched();
  expect(asked()).toBe(0);
  const end = probe.follow(() => undefined);
  for (let patch = 0; patch < 20; patch++) {
    pass(50);
    probe.patched();
    if (asked() > 0) answer(0, 0);
  }
  expect(asked()).toBe(2);
  end();
  pass(1000);
  probe.patched();
  expect(asked()).toBe(2);
});

test("an answer that never comes is waited for five seconds, and a lost connection is not waited for", () => {
  const { probe, pass, asked } = probing();
  probe.follow(() => undefined);
  probe.patched();
  pass(4000);
  probe.patched();
  expect(asked()).toBe(1);
  pass(1500);
  probe.patched();
  expect(asked()).toBe(2);
  probe.lost();
  pass(600);
  probe.patched();
  expect(asked()).toBe(3);
});

test("one slow answer changes neither the time on the server nor the length of the way", () => {
  const { probe, pass, answer, now } = probing();
  probe.follow(() => undefined);
  // The server is 7 s ahead, and each way takes 20 ms.
  for (let turn = 0; turn < 8; turn++) {
    pass(500);
    probe.patched();
    answer(40, now() + 20 + 7000);
  }
  const before = { way: probe.roundTripMs, ahead: probe.serverMs(now())! - now() };
  expect(before).toEqual({ way: 40, ahead: 7000 });
  pass(500);
  probe.patched();
  answer(900, now() + 20 + 7000);
  expect({ way: probe.roundTripMs, ahead: probe.serverMs(now())! - now() }).toEqual(before);
});
