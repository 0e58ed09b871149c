/**
 * What a hostile client sends over its socket: messages by the grammar of Colyseus' protocol with values that no
 * honest client sends, and recorded messages with small changes. Pure; it opens no socket.
 */
import type { Plain } from "../../shared/game/game.ts";
import { arenaInput } from "../../shared/games/arena/input.ts";
import { inputBytesOf } from "../bench/input-bytes.ts";
import type { Dice } from "./dice.ts";
import { mutated } from "./mutate.ts";

/** Colyseus' message kinds: the low five bits of the first byte; the high three modify it. */
const kinds = { join: 10, leave: 12, data: 13, bytes: 17, ping: 18, input: 19, request: 21 } as const;
const kindsMax = 32;
const arenaInputBytes = inputBytesOf(arenaInput);
const names = ["command", "*", "", "welcome", "constructor", "__proto__", "a".repeat(300)];

/** @param recorded messages of a real session, at least one */
export function hostileMessage(recorded: readonly Buffer[], dice: Dice): Buffer {
  switch (dice.below(8)) {
    case 0:
    case 1:
    case 2:
      return mutated(dice.pick(recorded), recorded, dice);
    case 3:
      return Buffer.concat([
        Buffer.of(dice.below(kindsMax) | (dice.below(8) << 5)),
        dice.bytes(dice.below(64)),
      ]);
    case 4:
      return Buffer.from(hostileInput(dice));
    case 5:
      return Buffer.concat([Buffer.of(kinds.request), packed(dice.uint32()), message(dice)]);
    case 6:
      return Buffer.concat([Buffer.of(dice.pick([kinds.data, kinds.bytes])), message(dice)]);
    default:
      return Buffer.of(dice.pick([kinds.ping, kinds.join, kinds.leave]), ...dice.bytes(dice.below(4)));
  }
}

function hostileInput(dice: Dice): Uint8Array {
  const seq = dice.oneIn(2) ? dice.below(1000) : dice.uint32();
  return arenaInputBytes({
    seq,
    moveX: dice.below(256) - 128,
    moveY: dice.below(256) - 128,
    aim: dice.below(65_536),
    buttons: dice.below(256),
    seen: dice.below(65_536),
  });
}

/** A message's type, and its body. */
function message(dice: Dice): Buffer {
  const type = dice.oneIn(4) ? packed(dice.below(1000)) : packed(dice.pick(names));
  if (dice.oneIn(3)) return Buffer.concat([type, dice.bytes(dice.below(48))]);
  return Buffer.concat([type, packed(command(dice))]);
}

function command(dice: Dice): Plain {
  const name = dice.pick(["chat", "ready", "choose-weapon", "nothing", ...names]);
  return { id: dice.pick([0, 1, -1, 2 ** 31, dice.uint32()]), name, payload: plain(dice, 4) };
}

/** @param depth limit of nesting */
function plain(dice: Dice, depth: number): Plain {
  const kind = dice.below(depth > 0 ? 7 : 4);
  const length = dice.below(5);
  if (kind === 0) return dice.pick([null, true, false]);
  if (kind === 1) return dice.uint32() - 2 ** 31;
  if (kind === 2) return dice.pick(["blaster", "hello", "\u0007\u001b[31m", "x".repeat(dice.below(2000))]);
  if (kind === 3) return dice.pick([0.5, -0, 1e300, 2 ** 53]);
  if (kind === 4) return Array.from({ length }, () => plain(dice, depth - 1));
  return Object.fromEntries(
    Array.from({ length }, () => [dice.pick(["text", "weapon", ...names]), plain(dice, depth - 1)]),
  );
}

/** MessagePack with its widest headers: legal, and not what the SDK writes. */
function packed(value: Plain): Buffer {
  if (value === null) return Buffer.of(0xc0);
  if (typeof value === "boolean") return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string")
    return Buffer.concat([header(0xda, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([header(0xdc, value.length), ...value.map(packed)]);
  const entries = Object.entries(value as { readonly [key: string]: Plain });
  return Buffer.concat([header(0xde, entries.length), ...entries.flatMap((entry) => entry.map(packed))]);
}

function header(kind: number, length: number): Buffer {
  const bytes = Buffer.of(kind, 0, 0);
  bytes.writeUInt16BE(length, 1);
  return bytes;
}
