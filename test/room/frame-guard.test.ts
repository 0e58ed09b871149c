/**
 * The guard of messages: everything that the SDK sends passes, whatever a game's input is and whatever a page puts
 * into a message; and whatever passes, the decoders behind it read to its end.
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import { InputDecoder } from "@colyseus/schema/input";
import { Room } from "@colyseus/sdk";
import fc from "fast-check";
import { unpack } from "msgpackr";
import { describe, expect, test } from "vitest";
import { FrameGuard } from "../../server/room/frame-guard.ts";
import { inputDeclaration } from "../../server/room/input-schema.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";

const messageBytesMax = 4 * 1024;
const types = ["int8", "uint8", "int16", "uint16", "uint32"] as const;
const ofArena = inputDeclaration(arena as AnyGame);

/** The unmodified SDK's room, without a network. */
function sdkRoom() {
  const sent: Uint8Array[] = [];
  const send = (bytes: Uint8Array) => void sent.push(Uint8Array.from(bytes));
  const room = new Room<unknown, unknown>("arena");
  Object.assign(room, {
    connection: { isOpen: true, send, sendUnreliable: send, close: () => {} },
    roomId: "m",
  });
  return { room, sent };
}

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false),
    fc.integer(),
    fc.double(),
    fc.string({ unit: "grapheme", maxLength: 80 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2200-01-01") }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 12 }), tie("value"), { maxKeys: 4 }),
  ),
})).value;
const type = fc.oneof(fc.stringMatching(/^[ -~]{2,64}$/), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

describe("what the SDK sends", () => {
  test("[P7] a whole session passes: joined, pings, messages, requests, inputs, a return, the leave", () => {
    const { room, sent } = sdkRoom();
    const joined = getMessageBytes[Protocol.JOIN_ROOM]("token", "schema");
    const receive = () =>
      (room as unknown as { onMessageCallback(event: object): void }).onMessageCallback({ data: joined });
    receive();
    room.ping(() => {});
    room.send("chat");
    room.send(7, "hello");
    room.send("command", { id: 1, name: "chat", payload: { text: "h\u00e9llo \u{1f600}" } });
    for (let i = 0; i < 300; i++)
      void room.request("command", { id: i, name: "chat", payload: undefined }).catch(() => {});
    const input = room.input<Record<string, number>>({ type: ofArena.type });
    for (let seq = 0; seq < 400; seq++) {
      Object.assign(input.data, {
        seq,
        moveX: (seq % 200) - 100,
        aim: (seq * 500) % 65536,
        buttons: seq % 3,
      });
      input.send();
      if (seq % 50 === 0) input.reset();
      if (seq % 7 === 0) input.send();
    }
    receive();
    void room.leave();
    expect(sent.length).toBeGreaterThan(700);
    expect(new Set(sent.map((frame) => frame[0]))).toEqual(new Set([10, 12, 13, 18, 19, 21]));
    for (const frame of sent) expect([...frame, ofArena.frames.fault(frame, true)].at(-1)).toBeUndefined();
  });

  test("[P7] every message and request of plain data passes", () => {
    fc.assert(
      fc.property(type, plain, (name, value) => {
        const { room, sent } = sdkRoom();
        room.send(name, value);
        void room.request(name, value).catch(() => {});
        for (const frame of sent)
          if (frame.length <= messageBytesMax) expect(ofArena.frames.fault(frame, true)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test("[P7] every input of every declaration passes, as the first, after a reset and with a field cleared", () => {
    const declaration = fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(declaration, fc.infiniteStream(fc.integer({ min: -128, max: 127 })), (fields, values) => {
        const input = Object.fromEntries(fields.map((each, i) => [`f${i}`, { type: each, min: 0, max: 9 }]));
        const { type: Input, frames } = inputDeclaration({ ...arena, input } as unknown as AnyGame);
        const { room, sent } = sdkRoom();
        const handle = room.input<Record<string, number | undefined>>({ type: Input as never });
        for (let i = 0; i < 12; i++) {
          const changed = fields.length === 1 ? 0 : i % fields.length;
          handle.data[`f${changed}`] = i % 5 === 4 ? undefined : (values.next().value as number);
          if (i === 6) handle.reset();
          handle.send();
        }
        for (const frame of sent) expect(frames.fault(frame, true)).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});

describe("what is no player's message", () => {
  const guard = new FrameGuard([4, 1, 2]);

  test("[P6.6] a kind that is not used is refused, with content that would be harmless", () => {
    const used = new Set([10, 12, 13, 18, 19, 21]);
    for (let kind = 0; kind < 256; kind++) {
      const fault = guard.fault(Uint8Array.of(kind), true);
      if (!used.has(kind)) expect(fault).toBe("kind");
      else expect(fault).toBe(kind === 13 || kind === 21 ? "shape" : undefined);
    }
    expect(guard.fault(new Uint8Array(0), true)).toBe("kind");
    expect(guard.fault(Uint8Array.of(18), false)).toBe("text");
  });

  test.each([
    ["joined with more behind it", [10, 0]],
    ["leave with more behind it", [12, 0]],
    ["ping with more behind it", [18, 0]],
    ["an input of a field that the game has not", [19, 0x83, 1]],
    ["an input that ends in the middle of a field", [19, 0x80, 1, 0, 0]],
    ["an input that is longer than all its fields", [19, 0x80, 1, 0, 0, 0, 0x81, 1, 0x82, 1, 0, 0x81, 1]],
    ["a message without a type", [13]],
    ["a message whose type is longer than it is", [13, 0xa5, 0x61]],
    ["a message whose type is empty", [13, 0xa0]],
    ["a message whose type is no text", [13, 0xa2, 0xc3, 0xa4]],
    ["a message to the listener for everything", [13, 0xa1, 0x2a]],
    ["a message with two values", [13, 0xa1, 0x61, 1, 2]],
    ["a message whose text is longer than it is", [13, 0xa1, 0x61, 0xa3, 0x61]],
    ["a message whose key is a number", [13, 0xa1, 0x61, 0x81, 1, 2]],
    ["a request without an id", [21]],
    ["a request without a type", [21, 1]],
  ])("[P6] %s is refused", (_, bytes) => {
    expect(guard.fault(Uint8Array.from(bytes), true)).toBe("shape");
  });

  test("[P6] lists in lists are taken to a depth, and not beyond", () => {
    const nested = (depth: number) => Uint8Array.of(13, 0xa1, 0x61, ...Array<number>(depth).fill(0x91), 1);
    expect(guard.fault(nested(16), true)).toBeUndefined();
    expect(guard.fault(nested(17), true)).toBe("shape");
  });

  test("[P6] a list may not claim items that are not there, and a length of four bytes is never taken", () => {
    expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, 0x92, 1), true)).toBe("shape");
    for (const first of [0xc6, 0xdb, 0xdd, 0xdf])
      expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, first, 0, 0, 0, 0), true)).toBe("shape");
  });

  test("[P6] shapes of objects are taken to a number, and their keys are texts", () => {
    const shape = (number: number) => [0xd4, 0x72, 0x40 + number, 0x91, 0xa1, 0x61, 1];
    const list = (count: number) => [
      0xdc,
      0,
      count,
      ...Array.from({ length: count }, (_, i) => shape(i)).flat(),
    ];
    expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, ...list(16)), true)).toBeUndefined();
    expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, ...list(17)), true)).toBe("shape");
    for (const bytes of [
      [0xd4, 0x72, 0x40, 0x91, 1, 1],
      [0xd4, 0x72, 0x3f, 0x90],
      [0xd4, 0x72, 0x40, 0xa1, 0x61],
      [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61],
    ])
      expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, ...bytes), true)).toBe("shape");
  });

  test("[P6] extensions of the encoding are refused, but for records, undefined and dates", () => {
    for (let kind = 1; kind < 256; kind++)
      if (kind !== 0x72)
        expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, 0xd4, kind, 1), true)).toBe("shape");
    expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, 0xd4, 0, 0), true)).toBeUndefined();
    expect(guard.fault(Uint8Array.of(13, 0xa1, 0x61, 0xd6, 0xff, 0, 0, 0, 1), true)).toBeUndefined();
  });
});

describe("what passes", () => {
  test("[P6] is read to its end by the decoder of values", () => {
    let passed = 0;
    const value = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom(0x40, 0x81, 0x91, 0x92, 0xa1, 0xc0, 0xcc, 0xd4),
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(value, (bytes) => {
        if (ofArena.frames.fault(Uint8Array.from([13, 0xa1, 0x61, ...bytes]), true) !== undefined) return;
        passed += 1;
        expect(() => unpack(Uint8Array.from(bytes))).not.toThrow();
      }),
      { numRuns: 3000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  test("[P6] is an input that the schema's decoder applies field by field", () => {
    let passed = 0;
    const part = fc.constantFrom(0, 1, 2, 0x80, 0x81, 0x82, 0x42, 0xc2, 9);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (bytes) => {
        const { type: Input, frames } = ofArena;
        if (frames.fault(Uint8Array.from([19, ...bytes]), true) !== undefined) return;
        passed += 1;
        const input = new Input();
        new InputDecoder(input as never).decode(Uint8Array.from(bytes));
        expect(Object.keys(arena.input)).toEqual(expect.arrayContaining(Object.keys(input)));
      }),
      { numRuns: 2000 },
    );
    expect(passed).toBeGreaterThan(50);
  });
});
