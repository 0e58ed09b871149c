/**
 * Inputs do not go through ws and Colyseus. What comes of the same bytes must be what comes of them there: whatever the
 * frames are, however the network cuts them, and whatever else is between them.
 */

import { Decoder, type Schema } from "@colyseus/schema";
import { describe, expect, it } from "vitest";
import * as ws from "ws";
import { readBefore } from "../../server/room/colyseus-internals/transport-internals.ts";
import { InputDecoder } from "../../server/room/input-decoder.ts";
import { takeInputFrames } from "../../server/room/input-frames.ts";
import { inputDeclaration } from "../../server/room/input-schema.ts";
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import type { AnyGame, InputField } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";

/** Its types do not name it. */
const { Receiver } = ws as unknown as {
  readonly Receiver: new (options: object) => import("node:stream").Writable;
};
const kindInput = 19;
const types = ["int8", "uint8", "int16", "uint16", "uint32"] as const;
const bits = { int8: 8, uint8: 8, int16: 16, uint16: 16, uint32: 32 } as const;

/** A declaration of any fields, with ranges narrower than their types. */
function anyInput(random: RandomState): AnyGame {
  const seq: InputField = { type: "uint32", min: 0, max: 2 ** 32 - 1 };
  const input: Record<string, InputField> = nextBelow(random, 2) === 0 ? { seq } : {};
  for (let field = nextBelow(random, 5); field >= 0; field--) {
    const type = types[nextBelow(random, types.length)]!;
    const low = type.startsWith("u") ? 0 : -(2 ** (bits[type] - 1));
    const min = low + nextBelow(random, 100);
    input[`f${field}`] = { type, min, max: min + nextBelow(random, 2 ** (bits[type] - 2)) };
  }
  return { ...arena, input: { seq, ...input } } as unknown as AnyGame;
}

type Fields = ReturnType<typeof inputDeclaration>["fields"];

/** Fields in any order, set, replaced or cleared, as any client may send them. */
function anyFrame(fields: Fields, random: RandomState): Buffer {
  const bytes = [kindInput];
  const bytesMax = fields.reduce((sum, each) => sum + 1 + each.bytes, 1);
  for (let left = nextBelow(random, fields.length + 1); left > 0; left--) {
    const field = nextBelow(random, fields.length);
    if (bytes.length + 1 + fields[field]!.bytes > bytesMax) break;
    const operation = [0x80, 0x00, 0x40, 0xc0][nextBelow(random, 4)]!;
    bytes.push(operation | field);
    if (operation !== 0x40)
      for (let byte = fields[field]!.bytes; byte > 0; byte--) bytes.push(nextBelow(random, 256));
  }
  return Buffer.from(bytes);
}

describe("the decoder of inputs", () => {
  it("[P7] makes of any frames what the schema's decoder makes of them, in its ranges", () => {
    const random: RandomState = { random: 11 };
    for (let declared = 0; declared < 40; declared++) {
      const { type, fields, sanitize, frames } = inputDeclaration(anyInput(random));
      const decoder = new InputDecoder({ fields, sanitize });
      const instance = new type();
      for (const { name } of fields) instance[name] = 0;
      const slow = new Decoder(instance as unknown as Schema);
      for (let count = 0; count < 500; count++) {
        const frame = anyFrame(fields, random);
        expect(frames.fault(frame, true)).toBeUndefined();
        slow.decode(frame.subarray(1));
        sanitize(instance);
        const { seq, ...decoded } = decoder.decode(frame);
        for (const [name, value] of Object.entries(decoded)) expect(value).toBe(instance[name]);
        expect(Math.abs(seq) === instance["seq"] || seq < 0).toBe(true);
      }
    }
  });

  const arenaFields = inputDeclaration(arena);
  const seqFrame = (seq: number) => Buffer.from([kindInput, 0x80, seq & 255, (seq >> 8) & 255, 0, 0]);

  it.each([
    { sent: [0, 0, 0], numbers: [-1, -2, -3] },
    { sent: [1, 2, 5], numbers: [-1, -2, -5] },
    { sent: [700, 701, 703], numbers: [700, 701, 703] },
  ])("numbers $sent of a connection as $numbers", ({ sent, numbers }) => {
    const decoder = new InputDecoder(arenaFields);
    expect(sent.map((seq) => decoder.decode(seqFrame(seq)).seq)).toEqual(numbers);
  });
});

interface Heard {
  readonly what: string;
  readonly bytes: string;
}

/** As ws reads it. */
class Reader {
  readonly heard: Heard[] = [];
  readonly receiver = new Receiver({ isServer: true, maxPayload: 4096, maxFragments: 16 });
  error = "";

  constructor() {
    for (const what of ["message", "ping", "pong"] as const)
      this.receiver.on(what, (bytes: Buffer) => this.hear(what, bytes));
    this.receiver.on("conclude", (code: number) => this.hear(`close ${code}`, Buffer.alloc(0)));
    this.receiver.on("error", (error: Error) => {
      this.error = error.message;
    });
  }

  hear(what: string, bytes: Buffer): void {
    this.heard.push({ what, bytes: bytes.toString("hex") });
  }
}

function framed(first: number, payload: Buffer, random: RandomState): Buffer {
  const mask = Buffer.from(Array.from({ length: 4 }, () => nextBelow(random, 256)));
  const head =
    payload.length < 126
      ? Buffer.from([first, 0x80 | payload.length])
      : Buffer.from([first, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at & 3]!)]);
}

/** Mostly inputs; now and then messages, fragments, pings, and what is no WebSocket. */
function anyTraffic(fields: Fields, random: RandomState): Buffer[] {
  const parts: Buffer[] = [];
  for (let left = 40; left > 0; left--) {
    const kind = nextBelow(random, 20);
    const text = Buffer.alloc(nextBelow(random, 300), nextBelow(random, 256));
    if (kind < 13) parts.push(framed(0x82, anyFrame(fields, random), random));
    else if (kind < 15) parts.push(framed(0x82, text, random));
    else if (kind < 16) parts.push(framed(0x89, text.subarray(0, 20), random));
    else if (kind < 18) {
      const input = anyFrame(fields, random);
      parts.push(framed(0x02, input.subarray(0, 1), random));
      if (kind === 16) parts.push(framed(0x8a, Buffer.from("x"), random));
      parts.push(framed(0x80, input.subarray(1), random));
    } else if (kind === 18 && nextBelow(random, 15) === 0)
      parts.push(framed(0x88, Buffer.from([3, 232]), random));
    else if (kind === 19 && nextBelow(random, 15) === 0)
      parts.push(framed(0xb2, text.subarray(0, 5), random));
  }
  return parts;
}

/** Frame by frame, as clients send, or cut anywhere. */
function anyChunks(parts: readonly Buffer[], random: RandomState): readonly Buffer[] {
  if (nextBelow(random, 2) === 0) return parts;
  const all = Buffer.concat(parts);
  const sizeMax = [8, 60, 400, 100_000][nextBelow(random, 4)]!;
  const chunks: Buffer[] = [];
  for (let at = 0; at < all.length; at += chunks.at(-1)!.length)
    chunks.push(all.subarray(at, at + 1 + nextBelow(random, sizeMax)));
  return chunks;
}

describe("the frames of inputs", () => {
  it("[P7] are heard as ws hears them, whatever is between them and however the network cuts it", async () => {
    const random: RandomState = { random: 23 };
    const { fields, frames } = inputDeclaration(arena);
    let byItself = 0;
    let closed = 0;
    let failed = 0;
    for (let round = 0; round < 400; round++) {
      const traffic = anyTraffic(fields, random);
      const plain = new Reader();
      const quick = new Reader();
      readBefore({ _receiver: quick.receiver } as never, (chunk) =>
        takeInputFrames(chunk, frames.inputBytesMax, (input) => {
          byItself += 1;
          quick.hear("message", input);
        }),
      );
      for (const chunk of anyChunks(traffic, random)) {
        // Each reader unmasks in place.
        for (const { receiver } of [plain, quick])
          if (!receiver.destroyed) receiver.write(Buffer.from(chunk));
        if (plain.error !== "" || plain.heard.at(-1)?.what.startsWith("close")) break;
      }
      // An error is told a little later.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      expect(quick.heard).toEqual(plain.heard);
      expect(quick.error).toBe(plain.error);
      if (plain.error !== "") failed += 1;
      if (plain.heard.at(-1)?.what.startsWith("close")) closed += 1;
    }
    // It is about the quick way, and ends of both kinds were met.
    expect(byItself).toBeGreaterThan(2000);
    expect([closed > 0, failed > 0]).toEqual([true, true]);
  });

  it.each([
    ["an empty message", Buffer.of(0x82, 0x80, 1, 2, 3, 4)],
    ["one without a mask", Buffer.of(0x82, 0x02, kindInput, 0x80)],
    [
      "one longer than any input",
      Buffer.concat([Buffer.of(0x82, 0x80 | 40, 0, 0, 0, 0, kindInput), Buffer.alloc(39)]),
    ],
    ["the beginning of one", Buffer.of(0x82, 0x82, 0, 0, 0, 0, kindInput)],
    ["one of another kind", Buffer.of(0x82, 0x81, 0, 0, 0, 0, 18)],
  ])("leave %s to ws", (_name, chunk) => {
    const before = Buffer.from(chunk);
    expect(takeInputFrames(chunk, 15, () => expect.unreachable())).toBe(0);
    expect(chunk).toEqual(before);
  });
});
