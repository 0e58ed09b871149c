/**
 * Privates of Colyseus' serialiser and of the schema's encoder. One row and one function each. Only this folder names
 * them. It keeps no state and decides nothing; its callers do.
 */
import type { Room, SchemaSerializer } from "@colyseus/core";
import { type Encoder, type Iterator, type Schema, schema, t } from "@colyseus/schema";
import type { InstalledParts, PrivateRow } from "./private-row.ts";

/** The part of the schema's encoder that a patch needs. */
interface PatchEncoder {
  readonly hasChanges: boolean;
  encode(it: Iterator): Uint8Array;
  discardChanges(): void;
}

interface SerializerInternals {
  readonly encoder: PatchEncoder & { readonly root: { nextUniqueId: number } };
  needFullEncode: boolean;
}

interface SerializingRoom {
  readonly _serializer: SerializerInternals & Pick<SchemaSerializer<Schema>, "getFullState">;
}

const serializerOf = (room: object) => (room as SerializingRoom)._serializer;

const inside = (serializer: SchemaSerializer<Schema>) => serializer as unknown as SerializerInternals;

/** The encoder of a room's state. */
export const encoderOf = (room: object): Encoder => serializerOf(room).encoder as unknown as Encoder;

export const patchEncoder = (serializer: SchemaSerializer<Schema>): PatchEncoder =>
  inside(serializer).encoder;

/** Call after every change. A client that joins would otherwise be sent the old full state. */
export function forgetFullState(serializer: SchemaSerializer<Schema>): void {
  inside(serializer).needFullEncode = true;
}

/** The full state, as it is sent to a client that joins. The buffer is reused: read it at once. */
export const fullStateOf = (room: Room): Uint8Array => serializerOf(room).getFullState();

/** The reference id of the next object of the View. */
export const nextRefId = (room: object): number => serializerOf(room).encoder.root.nextUniqueId;

/** Colyseus offers no setter for it. */
export function countRefsFrom(room: object, id: number): void {
  serializerOf(room).encoder.root.nextUniqueId = id;
}

export const serializerRows: readonly PrivateRow[] = [
  {
    name: "Room#_serializer",
    of: "@colyseus/core",
    why: "the full state is measured before it is sent, and its ids continue after a restore",
    holds: ({ Room }) => {
      const room = new Room();
      const mark = {};
      room.setSerializer(mark as never);
      return serializerOf(room) === mark;
    },
  },
  {
    name: "SchemaSerializer#encoder",
    of: "@colyseus/core",
    why: "one encoding of a patch is framed for all clients",
    holds: (installed) => {
      const { encoder } = inside(usedSerializer(installed));
      const [encode, discard] = [encoder.encode({ offset: 1 }), encoder.discardChanges()];
      return encode.length > 1 && discard === undefined && !encoder.hasChanges;
    },
  },
  {
    name: "SchemaSerializer#needFullEncode",
    of: "@colyseus/core",
    why: "a client that joins after a patch is sent the current state",
    holds: (installed) => {
      const serializer = usedSerializer(installed);
      const before = inside(serializer).needFullEncode;
      serializer.getFullState();
      return before === true && inside(serializer).needFullEncode === false;
    },
  },
  {
    name: "Encoder#root.nextUniqueId",
    of: "@colyseus/schema",
    why: "after a restore, no object gets an id that clients know for another one",
    holds: (installed) => {
      const serializer = usedSerializer(installed);
      const { root } = inside(serializer).encoder;
      if (!Number.isInteger(root.nextUniqueId)) return false;
      const reserved = root.nextUniqueId + 1000;
      root.nextUniqueId = reserved;
      addObject(serializer);
      return root.nextUniqueId === reserved + 1;
    },
  },
];

const ViewForACheck = schema({ list: t.array("number") }, "ViewForACheck");

function usedSerializer({ SchemaSerializer }: InstalledParts): SchemaSerializer<Schema> {
  const serializer = new SchemaSerializer<Schema>();
  serializer.reset(new ViewForACheck() as never);
  return serializer;
}

function addObject(serializer: SchemaSerializer<Schema>): void {
  const { state } = (serializer as unknown as { encoder: { state: { list: number[] } } }).encoder;
  state.list = [1];
}
