/**
 * The View of a room as its clients decode it, without sockets: the real RoomView, serialiser and encoders on one side,
 * Colyseus' decoder as its SDK uses it on the other. The room between them is a list of clients. Processes come and go;
 * what a crash leaves is the World and the reservation that the last record had.
 */
import { type Client, ClientState, type Room } from "@colyseus/core";
import { type Decoder, Reflection, type Schema } from "@colyseus/schema";
import type { OutSocket, Patch } from "../../server/room/gated-socket.ts";
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

/** One process that shows a match. */
export class Showing {
  readonly #view: RoomView;
  readonly #serializer: PatchSerializer;
  readonly #match: { state: { world: unknown; refsReserved: number }; tick: number };
  readonly #clients = new Map<Onlooker, Client>();
  #reserve: number | undefined;
  #connections = 0;

  constructor(game: ViewedGame, kept: { readonly world: unknown; readonly refsReserved: number }) {
    const viewers = new Map<string, Viewer>();
    this.#viewers = viewers;
    this.#match = { state: { ...kept }, tick: 0 };
    const match = Object.assign(this.#match, {
      game,
      seat: (sessionId: string) => viewers.has(sessionId) && { seat: viewers.get(sessionId) },
      reserveRefs: (limit: number) => {
        this.#reserve = limit;
      },
    });
    const room = { clients: [] as Client[], clock: { elapsedTime: 0 } };
    this.#room = room;
    this.#view = new RoomView({
      ...{ room: room as unknown as Room, live: () => ({ match }) as never, bytesMax: () => 2 ** 30 },
      socketOf: (client) => client.ref as unknown as OutSocket,
      ...{ onPatch: () => {}, log: () => {} },
    });
    const serializer = this.#view.serializer();
    this.#serializer = serializer;
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
    this.#view.show();
  }

  readonly #room: { clients: Client[] };
  readonly #viewers: Map<string, Viewer>;
  #state: Schema | undefined;

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
    const ref = { write: (frame: Buffer) => onlooker.patch(frame) };
    const client = { sessionId, state: ClientState.JOINED, ref } as unknown as Client;
    this.#clients.set(onlooker, client);
    this.#room.clients.push(client);
    onlooker.fullState(this.#serializer.handshake(), this.#serializer.getFullState(client, { sNow: 0 }));
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
    const made = this.#view.patch();
    if (made?.frame.kind !== "patch") return;
    deliverNow(made.frame);
  }
}

function deliverNow({ to, frames, ends }: Patch): void {
  let start = 0;
  for (const [index, socket] of to.entries()) {
    const end = typeof ends === "number" ? start + ends : ends[index]!;
    socket.write(frames.subarray(start, end));
    start = end;
  }
}
