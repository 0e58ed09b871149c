/**
 * The payload of a journal record: everything one tick consumed from outside, and nothing else. The frame around it
 * (version, epoch, tick, checksum) belongs to the durability layer. Version 1, the present one:
 *
 *   offset  size  what
 *   0       1     flags: bit 0 = events follow the inputs; all other bits are 0
 *   1       1     number of seats with inputs
 *   2       …     per seat: seat u8, count u8, then count × the game's input fields in declared order,
 *                 little endian, each in its declared type
 *   …       …     when bit 0 is set: the events as one msgpack map, to the end
 *
 * Inputs come every tick and are packed by hand; events are rare and may change shape, so they are msgpack.
 */
import assert from "node:assert/strict";
import { Packr, RESERVE_START_SPACE } from "msgpackr";
import type { InputField, InputShape, NumericInput, Seat } from "../../shared/game/game.ts";
import type { Plain } from "../../shared/game/plain.ts";
import type { Bearer } from "../../shared/wire/api.ts";
import { recordVersion } from "../durability/format.ts";
import type { ReadersByVersion } from "../durability/format-versions.ts";
import type { AnswerEvent } from "./asks/asks-state.ts";
import { RestoreError } from "./restore-error.ts";

const hasEvents = 1;
/** One byte says how many they are. */
export const seatsWithInputsMax = 0xff;

/** A player or spectator joins. Spectators have no seat number, because they are not in the World. */
export interface JoinEvent {
  readonly seat: Seat | "spectator";
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly token: string;
  readonly session?: SeatSession;
  /** What the issuer of the session vouches for. */
  readonly profile?: Plain;
}

/** The session by which a place was taken, so that the place ends with the session. */
export type SeatSession = NonNullable<Bearer["session"]>;

/** Why a match ended although its game continued; decided in ending.ts. */
export type EndedBecause =
  /** No player has a seat, held ones included. */
  | "empty"
  /** Players of two or more sides had joined; those of one side are left. */
  | "opponents-left"
  /** The owner of the server closed it. */
  | "closed";

export interface CommandEvent {
  readonly seat: Seat;
  /** Grows over the life of the seat; 0 = the client gave no id and does not repeat the command. */
  readonly id: number;
  readonly name: string;
  readonly payload: unknown;
}

/** Rare events. Every list may be missing; session ids name the seats, because spectators have no number. */
export interface RecordEvents {
  /** Match time of the tick, in whole milliseconds; in every record of a game by events, in no other. */
  readonly now?: number;
  readonly leaves?: readonly string[];
  readonly joins?: readonly JoinEvent[];
  readonly drops?: readonly string[];
  readonly returns?: readonly string[];
  readonly commands?: readonly CommandEvent[];
  /** What handlers answered to asks of the match. */
  readonly answers?: readonly AnswerEvent[];
  /** Hash of the World before this record: the chain that a replay verifies. */
  readonly hashBefore?: string;
  /** This tick is the match's last, whatever its game says. */
  readonly ends?: EndedBecause;
  /**
   * While a game is developed: from this tick on it has other rules. The snapshot before it is where a replay begins,
   * since the earlier ticks would need the earlier rules.
   */
  readonly rulesChanged?: true;
  /** Fingerprint of the rules by which this tick and those after it are played (shared/game/fingerprint.ts). */
  readonly rules?: string;
  /** From here on the View may use reference ids below this number (room/view-refs.ts). */
  readonly refsReserved?: number;
  /** What is known from here on of the ids that objects of the View have (room/lasting-refs.ts). */
  readonly refs?: RefChanges;
}

/** By the way to each object. The match only keeps them. */
export interface RefChanges {
  readonly set?: readonly (readonly [path: string, id: number])[];
  readonly gone?: readonly string[];
}

export interface SeatInputs<Input> {
  readonly seat: Seat;
  readonly inputs: readonly Input[];
}

export interface MatchRecord<Input> {
  readonly inputs: readonly SeatInputs<Input>[];
  readonly events?: RecordEvents;
}

/** In declared order. */
type Fields = readonly (readonly [string, InputField])[];

const packr = new Packr({ useRecords: false });
const bytesOf = { int8: 1, uint8: 1, int16: 2, uint16: 2, uint32: 4 } as const;

export interface RecordCodec<Input> {
  /** Writes the present version. @param headBytes free bytes that are before it in the buffer, fewer than 250 */
  encode(record: MatchRecord<Input>, headBytes?: number): Buffer;
  /**
   * @param version of the frame; default: the present one
   * @throws RestoreError `restore/unreadable`, and nothing else, when the bytes are not a record of this game. The
   * frame's checksum was right, so the game changed its inputs without a new version, or it is a bug
   */
  decode(bytes: Uint8Array, version?: number): MatchRecord<Input>;
}

/** The codec of one game's records. */
export function recordCodec<Input extends NumericInput>(shape: InputShape<Input>): RecordCodec<Input> {
  const fields: Fields = Object.entries(shape);
  const inputBytes = fields.reduce((sum, [, field]) => sum + bytesOf[field.type], 0);

  function encode(record: MatchRecord<Input>, headBytes = 0): Buffer {
    if (record.inputs.length === 0 && record.events !== undefined)
      return eventsAlone(record.events, headBytes);
    const tail = record.events === undefined ? undefined : packr.pack(record.events);
    let length = headBytes + 2;
    for (const entry of record.inputs) length += 2 + entry.inputs.length * inputBytes;
    const bytes = Buffer.allocUnsafe(length + (tail?.length ?? 0));
    bytes[headBytes] = tail === undefined ? 0 : hasEvents;
    assert(record.inputs.length <= seatsWithInputsMax, "one byte says how many seats have inputs");
    bytes[headBytes + 1] = record.inputs.length;
    let at = headBytes + 2;
    for (const { seat, inputs } of record.inputs) {
      bytes[at++] = seat;
      bytes[at++] = inputs.length;
      for (const input of inputs) at = writeInput(bytes, at, fields, input as Record<string, number>);
    }
    if (tail !== undefined) bytes.set(tail, at);
    return bytes;
  }

  function decode(bytes: Uint8Array, version = recordVersion): MatchRecord<Input> {
    try {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return recordReaders[version]!(buffer, fields, inputBytes) as MatchRecord<Input>;
    } catch (cause) {
      const why = `a record cannot be unpacked: ${(cause as Error).message}`;
      throw new RestoreError("restore/unreadable", why, { cause });
    }
  }

  return { encode, decode };
}

/** They are packed where they stay: the package leaves as many bytes before them as it is told to. */
function eventsAlone(events: RecordEvents, headBytes: number): Buffer {
  const bytes = packr.pack(events, RESERVE_START_SPACE + headBytes + 2);
  bytes[headBytes] = hasEvents;
  bytes[headBytes + 1] = 0;
  return bytes;
}

type RecordReader = (bytes: Buffer, fields: Fields, inputBytes: number) => MatchRecord<unknown>;

export const recordReaders: ReadersByVersion<RecordReader> = { 1: readFirst };

function readFirst(bytes: Buffer, fields: Fields, inputBytes: number): MatchRecord<unknown> {
  const flags = bytes.readUInt8(0);
  assert(flags === 0 || flags === hasEvents, `unknown flags ${flags}`);
  const inputs: SeatInputs<unknown>[] = [];
  let at = 2;
  for (let left = bytes.readUInt8(1); left > 0; left--) {
    const seat = bytes.readUInt8(at);
    const count = bytes.readUInt8(at + 1);
    at += 2;
    const list: unknown[] = [];
    for (let i = 0; i < count; i++, at += inputBytes) list.push(readInput(bytes, at, fields));
    inputs.push({ seat, inputs: list });
  }
  if (flags === 0) {
    assert(at === bytes.length, `${bytes.length - at} bytes too many`);
    return { inputs };
  }
  const events: unknown = packr.unpack(bytes.subarray(at));
  assert(typeof events === "object" && events !== null && !Array.isArray(events), "its events are invalid");
  return { inputs, events };
}

function writeInput(bytes: Buffer, start: number, fields: Fields, input: Record<string, number>): number {
  let at = start;
  for (const [name, field] of fields) {
    const value = input[name]!;
    switch (field.type) {
      case "int8":
        at = bytes.writeInt8(value, at);
        break;
      case "uint8":
        at = bytes.writeUInt8(value, at);
        break;
      case "int16":
        at = bytes.writeInt16LE(value, at);
        break;
      case "uint16":
        at = bytes.writeUInt16LE(value, at);
        break;
      case "uint32":
        at = bytes.writeUInt32LE(value, at);
        break;
    }
  }
  return at;
}

function readInput(bytes: Buffer, start: number, fields: Fields): unknown {
  const input: Record<string, number> = {};
  let at = start;
  for (const [name, field] of fields) {
    switch (field.type) {
      case "int8":
        input[name] = bytes.readInt8(at);
        break;
      case "uint8":
        input[name] = bytes.readUInt8(at);
        break;
      case "int16":
        input[name] = bytes.readInt16LE(at);
        break;
      case "uint16":
        input[name] = bytes.readUInt16LE(at);
        break;
      case "uint32":
        input[name] = bytes.readUInt32LE(at);
        break;
    }
    at += bytesOf[field.type];
  }
  return input;
}
