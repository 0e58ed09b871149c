/** Frames of records and snapshots (server/durability/format.ts). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameHeaderBytes, frameRecord, frameSnapshot, readFrame } from "../../server/durability/format.ts";

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const content = fc.record({ epoch: uint32, tick: uint32, payload: fc.uint8Array({ maxLength: 300 }) });

test("[P2] what is framed is read back, record and snapshot apart", () => {
  fc.assert(
    fc.property(content, ({ epoch, tick, payload }) => {
      const expected = { ok: true, epoch, tick, payload: Buffer.from(payload) };
      expect(readFrame(frameRecord({ epoch, tick, payload }))).toEqual({ ...expected, kind: "record" });
      expect(readFrame(frameSnapshot({ epoch, tick, payload }))).toEqual({ ...expected, kind: "snapshot" });
    }),
  );
});

test("[P7] one flipped bit anywhere is noticed", () => {
  const frame = frameRecord({ epoch: 3, tick: 77, payload: Buffer.from("leaves joins inputs") });
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const copy = Buffer.from(frame);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    const reading = readFrame(copy);
    expect(reading.ok, `bit ${bit}`).toBe(false);
    // A flipped version must not pass for a newer server's frame: that would keep the match from being restored.
    expect(reading, `bit ${bit}`).not.toEqual({ ok: false, reason: "version" });
  }
});

test("[P7] a frame cut anywhere is torn, one that is too long is damaged", () => {
  const frame = frameSnapshot({ epoch: 1, tick: 2, payload: Buffer.from("world") });
  for (let length = 0; length < frame.length; length++) {
    expect(readFrame(frame.subarray(0, length))).toEqual({ ok: false, reason: "torn" });
  }
  expect(readFrame(Buffer.concat([frame, Buffer.alloc(1)]))).toEqual({ ok: false, reason: "checksum" });
});

test("bytes of someone else are foreign", () => {
  expect(readFrame(Buffer.alloc(frameHeaderBytes))).toEqual({ ok: false, reason: "foreign" });
  expect(readFrame(Buffer.from("SQLite format 3, or so"))).toEqual({ ok: false, reason: "foreign" });
});

test("an epoch or a tick that is not a uint32 is a bug and stops here", () => {
  const payload = new Uint8Array(0);
  for (const bad of [-1, 1.5, Number.NaN, 2 ** 32]) {
    expect(() => frameRecord({ epoch: 1, tick: bad, payload })).toThrow(/tick/);
    expect(() => frameRecord({ epoch: bad, tick: 1, payload })).toThrow(/epoch/);
  }
});
