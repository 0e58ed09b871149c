/**
 * The View of a room as its clients decode it, without sockets: the real RoomView, serialiser and encoders on one side,
 * Colyseus' decoder as its SDK uses it on the other. The room between them is a list of clients. Processes come and go;
 * what a crash leaves is the World and the reservation that the last record had.
 */
import { type Client, ClientState, type Room } from "@colyseus/core";
import { type Decoder, Reflection, type Schema } from "@colyseus/schema";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { nextRefId } from "../../server/room/colyseus-internals/serializer-internals.ts";
import type { OutFrame, OutSocket, Patch } from "../../server/room/gated-socket.ts";
import type { PatchSerializer } from "../../server/room/patch-serializer.ts";
import { RoomView } from "../../server/room/room-view.ts";
import type { AnyGame, Viewer } from "../../shared/game/game.ts";

type ViewedGame = Pick<AnyGame, "view" | "seats" | "tickRate" | "patchRate">;

/** Somebody who looks, over any number of connections and processes. */
export class Onlooker {
  readonly viewer: Viewer;
  /** Everything that it was ever sent, as it is on the wire. */
  readonly bytes: Buffer[] = [];
  #decoder: Decoder | undefined;

  constructor(viewer: Viewer) {
    this.viewer = viewer;
  }

  get state(): Schema {
    return this.#decoder!.state as Schema;
  }

  /** Once it was sent a full state. */
  get decoder(): Decoder {
    return this.#decoder!;
  }

  fullState(handshake: Uint8Array, frame: Uint8Array): void {
    this.bytes.push(Buffer.from(frame));
    const state = frame.subarray(9);
    if (this.#decoder === undefined) {
      this.#decoder = Reflection.decode(handshake);
      this.#decoder.decode(state);
    } else this.#decoder.decodeResync(state);
  }

  /** @param frame with the header of the WebSocket */
  patch(frame: Buffer): void {
    this.bytes.push(Buffer.from(frame));
    const headerBytes = frame[1]! < 126 ? 2 : frame[1] === 126 ? 4 : 10;
    this.#decoder!.decode(frame.subarray(headerBytes + 9));
  }

  /** How many objects its decoder holds. */
  get objects(): number {
    return this.#decoder!.root.refs.size;
  }
}

/** A room that is a list of clients, with its real View. */
export class ViewedRoom {
  readonly view: RoomView;
  readonly serializer: PatchSerializer;
  readonly clients: Client[] = [];
  readonly #room: Room;
  #state: Schema | undefined;

  constructor(live: () => LiveMatch<OutFrame>) {
    const room = { clients: this.clients, clock: { elapsedTime: 0 } };
    this.#room = room as unknown as Room;
    this.view = new RoomView({
      ...{ room: this.#room, live, bytesMax: () => 2 ** 30 },
      socketOf: (client) => client.ref as unknown as OutSocket,
      ...{ onPatch: () => {}, log: () => {} },
    });
    const serializer = this.view.serializer();
    this.serializer = serializer;
    Object.defineProperty(room, "state", {
      get: () => this.#state,
      set: (state: Schema) => {
        this.#state = state;
        serializer.reset(state as never);
      },
    });
    Object.assign(room, {
      _serializer: serializer,
      broadcastPatch: () => serializer.applyPatches(room.clients, this.#state, { sNow: 0 }),
    });
  }

  /** The reference id of the next object. */
  get nextRef(): number {
    return nextRefId(this.#room);
  }

  /** @returns the client and its full state */
  join(sessionId: string, onPatch: (frame: Buffer) => void): { client: Client; state: Uint8Array } {
    const ref = { write: onPatch };
    const client = { sessionId, state: ClientState.JOINED, ref } as unknown as Client;
    this.clients.push(client);
    return { client, state: this.serializer.getFullState(client, { sNow: 0 }) };
  }
}

/** One process that shows a match. */
export class Showing {
  readonly #room: ViewedRoom;
  readonly #match: { state: { world: unknown; refsReserved: number }; tick: number };
  readonly #clients = new Map<Onlooker, Client>();
  readonly #viewers = new Map<string, Viewer>();
  #reserve: number | undefined;
  #connections = 0;

  constructor(game: ViewedGame, kept: { readonly world: unknown; readonly refsReserved: number }) {
    this.#match = { state: { ...kept }, tick: 0 };
    const match = Object.assign(this.#match, {
      game,
      seat: (sessionId: string) => this.#viewers.has(sessionId) && { seat: this.#viewers.get(sessionId) },
      useRefs: (_used: number, reserve: number | undefined) => {
        this.#reserve = reserve ?? this.#reserve;
      },
    });
    this.#room = new ViewedRoom(() => ({ match, epoch: 1 }) as never);
    this.#room.view.show();
  }

  /** What a crash leaves. */
  get kept(): { readonly world: unknown; readonly refsReserved: number } {
    return this.#match.state;
  }

  has(onlooker: Onlooker): boolean {
    return this.#clients.has(onlooker);
  }

  join(onlooker: Onlooker): void {
    const sessionId = String(this.#connections++);
    this.#viewers.set(sessionId, onlooker.viewer);
    const { client, state } = this.#room.join(sessionId, (frame) => onlooker.patch(frame));
    this.#clients.set(onlooker, client);
    onlooker.fullState(this.#room.serializer.handshake(), state);
  }

  hangUp(onlooker: Onlooker): void {
    const client = this.#clients.get(onlooker);
    if (client === undefined) return;
    this.#clients.delete(onlooker);
    this.#viewers.delete(client.sessionId);
    this.#room.clients.splice(this.#room.clients.indexOf(client), 1);
  }

  /** The record of the tick is kept before its patch is seen. */
  tick(world: unknown): void {
    const { state } = this.#match;
    state.world = world;
    if (this.#reserve !== undefined) state.refsReserved = this.#reserve;
    this.#reserve = undefined;
  }

  patch(): void {
    const made = this.#room.view.patch();
    if (made?.frame.kind !== "patch") return;
    deliverNow(made.frame);
  }
}

export function deliverNow({ to, frames, ends }: Patch): void {
  let start = 0;
  for (const [index, socket] of to.entries()) {
    const end = typeof ends === "object" ? ends[index]! : start + (ends ?? frames.length);
    socket.write(frames.subarray(start, end));
    start = end;
  }
}
