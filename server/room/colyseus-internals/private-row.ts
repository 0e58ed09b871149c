/**
 * The description of one private that this server uses of a package: its name, the package, the reason, and a check of
 * its shape. Owns the versions in which they were read.
 */
import type {
  Client,
  ClientPrivate,
  connectClientToRoom,
  defineServer,
  matchMaker,
  Room,
  SchemaSerializer,
} from "@colyseus/core";
import type { Encoder, MapSchema, Schema, SetSchema, StateView } from "@colyseus/schema";
import type { WebSocketClient, WebSocketTransport } from "@colyseus/ws-transport";
import type { WebSocket } from "ws";

/** Before another version goes in here, read the sources of every private of that package again. */
export const readIn = {
  "@colyseus/core": "0.18.17",
  "@colyseus/schema": "5.0.34",
  "@colyseus/ws-transport": "0.18.4",
  ws: "8.23.0",
} as const;

export type ReadPackage = keyof typeof readIn;

/** The parts of the packages that the checks need. Tests pass changed ones. */
export interface InstalledParts {
  readonly Room: typeof Room;
  readonly SchemaSerializer: typeof SchemaSerializer;
  readonly Encoder: typeof Encoder;
  readonly Schema: typeof Schema;
  readonly MapSchema: typeof MapSchema;
  readonly SetSchema: typeof SetSchema;
  readonly StateView: typeof StateView;
  readonly changeTreeOf: (instance: object) => unknown;
  readonly WebSocketTransport: typeof WebSocketTransport;
  readonly WebSocketClient: typeof WebSocketClient;
  readonly WebSocket: typeof WebSocket;
  readonly matchMaker: Pick<typeof matchMaker, "reserveSeatFor" | "joinById">;
  readonly connectClientToRoom: typeof connectClientToRoom;
  readonly defineServer: typeof defineServer;
}

export interface PrivateRow {
  /** Class and name, as in the package's sources. */
  readonly name: string;
  readonly of: ReadPackage;
  readonly why: string;
  /** Whether it has the shape that was read. It leaves nothing behind; when it throws, the shape is another. */
  readonly holds: (installed: InstalledParts) => boolean;
}

/** Whether the source of a function contains `words`: for what it only does later, or only inside a server. */
export function says(code: unknown, words: string): boolean {
  return typeof code === "function" && Function.prototype.toString.call(code).includes(words);
}

/** Whether `code` is a function with this many required arguments. */
export function takes(code: unknown, required: number): boolean {
  return typeof code === "function" && code.length === required;
}

export const emptyRoom = (installed: InstalledParts): Room => new installed.Room();

export const emptyClient = (installed: InstalledParts): Client & ClientPrivate =>
  new installed.WebSocketClient("session", undefined as never) as unknown as Client & ClientPrivate;
