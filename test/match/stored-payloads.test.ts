/**
 * What a reader makes of payloads that nobody wrote: a value or its own error, and nothing of what lies around them.
 * Their frames' checksums were right, so these are faults of servers, not of disks.
 */
import { describe, expect } from "vitest";
import { readFrame } from "../../server/durability/format.ts";
import { recordCodec } from "../../server/match/record.ts";
import { RestoreError } from "../../server/match/restore-error.ts";
import { unpackSnapshot, worldVersionOf } from "../../server/match/snapshot-codec.ts";
import { golden } from "../durability/golden.ts";
import { fc, test as property } from "./property.ts";
import { tally } from "./tally.ts";

const codec = recordCodec(tally.input);
const payloadOf = (name: string) => {
  const reading = readFrame(golden(name).bytes);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.payload;
};

/** Any bytes, and those of a real payload with some changed and the end cut. */
const payloads = (name: string) => {
  const real = payloadOf(name);
  const changes = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 4 });
  const changed = fc.tuple(changes, fc.nat(real.length)).map(([some, length]) => {
    const copy = Uint8Array.from(real);
    for (const [at, byte] of some) copy[at] = byte;
    return copy.subarray(0, length < 20 ? length : copy.length);
  });
  return fc.oneof(fc.uint8Array({ maxLength: 60 }), changed);
};

/** The value as text, or the code of the error. @throws any other error */
function outcome(read: () => unknown): string {
  try {
    return (
      JSON.stringify(read(), (_, value) => (typeof value === "bigint" ? `${value}n` : value)) ?? "nothing"
    );
  } catch (error) {
    if (error instanceof RestoreError) return error.code;
    throw error;
  }
}

function inTheMiddle(bytes: Uint8Array): Uint8Array {
  const around = Buffer.alloc(bytes.length + 64, 0xa5);
  around.set(bytes, 32);
  return around.subarray(32, 32 + bytes.length);
}

describe("a payload that nobody wrote", () => {
  property("[P7] of a record: read, or refused as unreadable", [payloads("record-1")], (bytes) => {
    const read = (payload: Uint8Array) => outcome(() => codec.decode(payload, 1));
    expect(read(inTheMiddle(bytes))).toBe(read(bytes));
  });

  property(
    "[P7] of a snapshot: read, or refused as unreadable",
    [payloads("snapshot-1"), fc.constantFrom(1, 2)],
    (bytes, version) => {
      const framed = (payload: Uint8Array) => ({ epoch: 3, tick: 77, version, payload });
      const read = (payload: Uint8Array) => outcome(() => unpackSnapshot(framed(payload)));
      expect(read(inTheMiddle(bytes))).toBe(read(bytes));
      outcome(() => worldVersionOf(framed(bytes)));
    },
  );

  property(
    "[P7] of a snapshot in version 2: its World's version is known all the same",
    [fc.uint8Array()],
    (bytes) => {
      expect(worldVersionOf({ epoch: 1, tick: 1, version: 2, contentVersion: 6, payload: bytes })).toBe(6);
    },
  );
});
