/** Frames of records and snapshots (server/durability/format.ts). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { frameReaders, frameRecord, frameSnapshot, readFrame } from "../../server/durability/format.ts";
import { recordReaders } from "../../server/match/record.ts";
import { snapshotReaders } from "../../server/match/snapshot-codec.ts";
import { firstSnapshot, frameHeaderBytes, inVersion } from "./frames.ts";

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const content = fc.record({ epoch: uint32, tick: uint32, payload: fc.uint8Array({ maxLength: 300 }) });

test("[P2] what is framed is read back, record and snapshot apart", () => {
  fc.assert(
    fc.property(content, uint32, ({ epoch, tick, payload }, contentVersion) => {
      const expected = { ok: true, epoch, tick, payload: Buffer.from(payload) };
      const record = { ...expected, kind: "record", version: 1 };
      const snapshot = { ...expected, kind: "snapshot", version: 2 };
      const said = contentVersion === 0 ? {} : { contentVersion };
      expect(readFrame(frameRecord({ epoch, tick, payload }))).toEqual(record);
      expect(readFrame(frameSnapshot({ epoch, tick, payload }))).toEqual(snapshot);
      const numbered = frameSnapshot({ epoch, tick, payload, contentVersion });
      expect(readFrame(numbered)).toEqual({ ...snapshot, ...said });
      const first = firstSnapshot({ epoch, tick, payload });
      expect(readFrame(first)).toEqual({ ...snapshot, version: 1 });
    }),
  );
});

const payload = Buffer.from("leaves joins inputs");

test.each([
  ["record", frameRecord({ epoch: 3, tick: 77, payload })],
  ["snapshot", frameSnapshot({ epoch: 3, tick: 77, payload, contentVersion: 4 })],
])("[P7] one flipped bit anywhere is noticed: %s", (_, frame) => {
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const copy = Buffer.from(frame);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    const reading = readFrame(copy);
    expect(reading.ok, `bit ${bit}`).toBe(false);
    // A flipped version must not pass for another server's frame: that would keep the match from being restored.
    expect(reading, `bit ${bit}`).toEqual({
      ok: false,
      reason: expect.stringMatching(/torn|foreign|checksum/),
    });
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

test("[P7.11] a whole frame of another version says which side is older, and of which tick it is", () => {
  const record = frameRecord({ epoch: 1, tick: 9, payload });
  const snapshot = frameSnapshot({ epoch: 1, tick: 9, payload });
  expect(readFrame(inVersion(2, record))).toEqual({
    ...{ ok: false, reason: "newer", kind: "record", version: 2, tick: 9 },
  });
  expect(readFrame(inVersion(3, snapshot))).toMatchObject({ reason: "newer", kind: "snapshot", version: 3 });
  expect(readFrame(inVersion(0, snapshot))).toMatchObject({
    reason: "dropped",
    kind: "snapshot",
    version: 0,
  });
});

test("[P7] any bytes have an answer, and none of what is around a frame is read", () => {
  const header = fc.record({
    kind: fc.constantFrom(0, 1, 2, 3),
    version: fc.constantFrom(0, 1, 2, 3, 255),
    body: fc.uint8Array({ maxLength: 12 }),
  });
  const crafted = header.map(({ kind, version, body }) => {
    const bytes = Buffer.concat([frameRecord({ epoch: 1, tick: 1, payload: body })]);
    bytes[5] = kind;
    return inVersion(version, bytes);
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), crafted), (bytes) => {
      const reading = readFrame(bytes);
      const around = Buffer.alloc(bytes.length + 40, 0xa5);
      around.set(bytes, 20);
      expect(readFrame(around.subarray(20, 20 + bytes.length))).toEqual(reading);
      if (reading.ok) expect(reading.payload.length).toBeLessThanOrEqual(bytes.length - frameHeaderBytes);
    }),
  );
});

test("[P7.11] every version of a frame that can be read has a reader for what is in it", () => {
  expect(Object.keys(recordReaders)).toEqual(Object.keys(frameReaders.record));
  expect(Object.keys(snapshotReaders)).toEqual(Object.keys(frameReaders.snapshot));
});
