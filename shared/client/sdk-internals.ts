/**
 * The privates of the Colyseus SDK, and of its schema's decoder, on which the repair of a View after a return stands. Only
 * this file names them. Each is checked once, before a client asks for a seat: with an SDK that changed one, a player would
 * go on with an old value, and nobody would know. It owns the versions in which they were read.
 */
import { SchemaSerializer } from "@colyseus/sdk";
import type { ErrorCode } from "../wire/errors.ts";

/** Before another version goes in here, read the sources of every private of that package again. */
export const sdkReadIn = { "@colyseus/sdk": "0.18.4", "@colyseus/schema": "5.0.34" } as const;

type Iterator = { offset: number };
export type SchemaFields = Readonly<Record<string, unknown>>;

export interface Decoder {
  readonly state: SchemaFields;
  readonly context: unknown;
  /** Objects by the server's numbers, which are the same in every decoder. */
  readonly root: { readonly refs: ReadonlyMap<number, object> };
  decode(bytes: Uint8Array, it?: Iterator): unknown;
}

/** The SDK's serializer for rooms with a schema; other serializers have no decoder. */
export interface Serializer {
  readonly decoder?: Decoder;
  setState(bytes: Uint8Array, it?: Iterator): void;
}

export const serializerOf = (room: { readonly serializer: unknown }): Serializer =>
  room.serializer as Serializer;

/** An empty decoder of the same class that knows the room's types. */
export function freshLike(decoder: Decoder): Decoder {
  const { constructor: OfDecoder } = decoder as unknown as {
    constructor: new (...given: unknown[]) => Decoder;
  };
  const { constructor: OfState } = decoder.state as unknown as { constructor: new () => SchemaFields };
  return new OfDecoder(new OfState(), decoder.context);
}

/** The fields of an object of the schema. Collections have none. */
export function fieldsOf(object: object): readonly { readonly index: number; readonly name: string }[] {
  const { constructor: OfObject } = object as { constructor: { [Symbol.metadata]?: unknown } };
  const metadata = (OfObject[Symbol.metadata] ?? {}) as Record<string, SchemaField>;
  return Object.entries(metadata).flatMap(([index, { name, deprecated }]) =>
    deprecated === true ? [] : [{ index: Number(index), name }],
  );
}

interface SchemaField {
  readonly name: string;
  readonly deprecated?: boolean;
}

/** Operations of the schema's wire format: "the following is about object N" and "clear field N of it". */
const switchTo = 0xff;
const uint32 = 0xce;
const clear = 0x40;

/** What a server sends when fields of an object are cleared. */
export function cleared(object: number, fields: readonly number[]): number[] {
  const number = [object & 0xff, (object >>> 8) & 0xff, (object >>> 16) & 0xff, object >>> 24];
  return [switchTo, uint32, ...number, ...fields.map((index) => clear | index)];
}

export type SerializerClass = new () => Serializer & { handshake(bytes: Uint8Array): void };

interface SdkRow {
  readonly name: string;
  readonly of: keyof typeof sdkReadIn;
  readonly why: string;
  /** When it throws, the shape is another. */
  readonly holds: (OfSerializer: SerializerClass) => boolean;
}

/** What a server once sent: the types `{ kept: string, held: { word: string } }`, and the state `{ kept: "a", held: { word: "b" } }`. */
export const sentForACheck = {
  types: [
    ...[
      128, 1, 255, 1, 128, 0, 2, 128, 1, 6, 255, 2, 128, 0, 130, 3, 255, 3, 128, 0, 4, 128, 1, 5, 255, 4, 128,
    ],
    ...[
      164, 107, 101, 112, 116, 129, 166, 115, 116, 114, 105, 110, 103, 255, 5, 128, 164, 104, 101, 108, 100,
    ],
    ...[
      129, 163, 114, 101, 102, 130, 1, 255, 6, 128, 1, 130, 7, 255, 7, 128, 0, 8, 255, 8, 128, 164, 119, 111,
    ],
    ...[114, 100, 129, 166, 115, 116, 114, 105, 110, 103],
  ],
  state: [128, 161, 97, 129, 1, 255, 1, 128, 161, 98],
};

const shown = ({ state }: Decoder): string => `${state.kept} ${(state.held as SchemaFields).word}`;

/** A serializer that has had its first full state; the bytes begin behind one that is not part of it. */
function used(OfSerializer: SerializerClass): Serializer & { readonly decoder: Decoder } {
  const serializer = new OfSerializer();
  serializer.handshake(Uint8Array.from(sentForACheck.types));
  serializer.setState(Uint8Array.of(0, ...sentForACheck.state), { offset: 1 });
  return serializer as Serializer & { readonly decoder: Decoder };
}

export const sdkRows: readonly SdkRow[] = [
  {
    name: "SchemaSerializer#setState, #decoder",
    of: "@colyseus/sdk",
    why: "every full state passes there, and the View that a client holds is found there",
    holds: (OfSerializer) => shown(used(OfSerializer).decoder) === "a b",
  },
  {
    name: "Decoder#constructor, #context",
    of: "@colyseus/schema",
    why: "a full state is decoded a second time, as a new client does it",
    holds: (OfSerializer) => {
      const { decoder } = used(OfSerializer);
      const fresh = freshLike(decoder);
      fresh.decode(Uint8Array.from(sentForACheck.state));
      const isLike = decoder.context !== undefined && fresh.context === decoder.context;
      return isLike && fresh.state !== decoder.state && shown(fresh) === "a b";
    },
  },
  {
    name: "Decoder#root.refs",
    of: "@colyseus/schema",
    why: "objects of two decoders are matched by the server's numbers",
    holds: (OfSerializer) => {
      const { state, root } = used(OfSerializer).decoder;
      return root.refs.get(0) === state && root.refs.get(1) === state.held;
    },
  },
  {
    name: "Schema.constructor[Symbol.metadata]",
    of: "@colyseus/schema",
    why: "the fields of an object are read from it",
    holds: (OfSerializer) => {
      const fields = fieldsOf(used(OfSerializer).decoder.state);
      return fields.map(({ index, name }) => `${index} ${name}`).join() === "0 kept,1 held";
    },
  },
  {
    name: "Decoder#decode",
    of: "@colyseus/schema",
    why: "a deletion that a client missed is applied as the server would have sent it",
    holds: (OfSerializer) => {
      const { decoder } = used(OfSerializer);
      const { held } = decoder.state;
      decoder.decode(Uint8Array.from(cleared(1, [0])));
      return decoder.state.held === held && (held as SchemaFields).word === undefined;
    },
  },
];

export class SdkInternalsError extends Error {
  override readonly name = "SdkInternalsError";
  readonly code: ErrorCode = "colyseus/changed";
}

export const installedSerializer = SchemaSerializer as unknown as SerializerClass;

/** What is installed does not change while a program runs: it is checked once. */
let isChecked = false;

/** Call before a seat is asked for. @throws SdkInternalsError, which names every private that has changed */
export function assertSdkInternals(OfSerializer: SerializerClass = installedSerializer): void {
  if (OfSerializer === installedSerializer && isChecked) return;
  const changed = sdkRows.filter((row) => !isAsRead(row, OfSerializer));
  if (changed.length > 0) {
    const each = changed.map(
      ({ name, of, why }) => `${name} of ${of}, read in ${sdkReadIn[of]}, is different here (${why})`,
    );
    throw new SdkInternalsError(
      `this client cannot run on the installed packages: ${each.join("; ")}. Install the versions that it depends on`,
    );
  }
  isChecked ||= OfSerializer === installedSerializer;
}

function isAsRead({ holds }: SdkRow, OfSerializer: SerializerClass): boolean {
  try {
    return holds(OfSerializer);
  } catch {
    return false;
  }
}
