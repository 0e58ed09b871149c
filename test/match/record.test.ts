/** The record codec: what a tick consumed comes back as it was, whatever it was. */

import { describe, expect, it } from "vitest";
import { recordCodec, seatsWithInputsMax } from "../../server/match/record.ts";
import { fc, test as property } from "./property.ts";
import { tally } from "./tally.ts";

const codec = recordCodec(tally.input);
const input = fc.record({
  seq: fc.integer({ min: 0, max: 0xffffffff }),
  amount: fc.integer({ min: -100, max: 100 }),
});
const seatInputs = fc.record({
  seat: fc.integer({ min: 0, max: 255 }),
  inputs: fc.array(input, { minLength: 1, maxLength: 4 }),
});
const text = fc.string({ unit: "grapheme", maxLength: 20 });
/** msgpack renames a key __proto__; what is applied is what it made of it (live-match.ts). */
const payload = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
const events = fc.record(
  {
    leaves: fc.array(text),
    joins: fc.array(
      fc.record({
        seat: fc.oneof(fc.nat(15), fc.constant("spectator" as const)),
        sessionId: text,
        userId: text,
        name: text,
        token: text,
      }),
    ),
    drops: fc.array(text),
    returns: fc.array(text),
    commands: fc.array(fc.record({ seat: fc.nat(15), id: fc.nat(), name: text, payload })),
    hashBefore: text,
    refsReserved: fc.nat(),
  },
  { requiredKeys: ["leaves"] },
);

describe("record", () => {
  property(
    "[P4.5] decode(encode(record)) is the record, whatever is before it in its buffer",
    [fc.array(seatInputs), fc.option(events), fc.constantFrom(0, 20, 200)],
    (inputs, some, headBytes) => {
      const record = some === null ? { inputs } : { inputs, events: some };
      const bytes = codec.encode(record, headBytes).subarray(headBytes);
      expect(JSON.stringify(codec.decode(bytes))).toBe(JSON.stringify(record));
    },
  );

  it("[P4.5] so is one in which as many seats have inputs as a record can count", () => {
    const inputs = Array.from({ length: seatsWithInputsMax }, (_, seat) => ({
      seat,
      inputs: [{ seq: 1, amount: 2 }],
    }));
    expect(codec.decode(codec.encode({ inputs }))).toEqual({ inputs });
  });

  it("a tick of eight seats with one input each takes 66 bytes: 2 + 8 × (2 + 6)", () => {
    const inputs = Array.from({ length: 8 }, (_, seat) => ({ seat, inputs: [{ seq: 1, amount: 2 }] }));
    expect(codec.encode({ inputs }).length).toBe(66);
  });

  it("[P7] bytes that are no record are refused, not guessed at", () => {
    const bytes = codec.encode({ inputs: [{ seat: 1, inputs: [{ seq: 1, amount: 2 }] }] });
    expect(() => codec.decode(bytes.subarray(0, bytes.length - 1))).toThrow();
    expect(() => codec.decode(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/too many/);
    expect(() => codec.decode(Buffer.from([2, 0]))).toThrow(/unknown flags/);
  });
});
