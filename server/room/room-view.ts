/**
 * The View of a room: derived from its match's World, updated from it, and sent as patches through the gate. It is
 * never read back. The game's declaration says what a client may see.
 */
import { type Client, ClientState, type Room } from "@colyseus/core";
import type { Outgoing } from "../match/body.ts";
import type { LiveMatch } from "../match/live-match.ts";
import { matchTimeMs } from "../match/match-time.ts";
import { encoderOf, fullStateOf, nextRefId } from "./colyseus-internals/serializer-internals.ts";
import {
  closeAndComeBack,
  type OutFrame,
  type OutSocket,
  type Patch,
  type StateLimit,
} from "./gated-socket.ts";
import { hasInputs } from "./input-schema.ts";
import { LastingRefs } from "./lasting-refs.ts";
import { PatchSerializer } from "./patch-serializer.ts";
import { perClientOf, putPlaceholders } from "./per-client.ts";
import { RoomError } from "./room-error.ts";
import { continueRefs, firstRef, refsAheadMax, refsToReserve } from "./view-refs.ts";

export interface RoomViewParts {
  readonly room: Room;
  readonly live: () => LiveMatch<OutFrame>;
  readonly socketOf: (client: Client) => OutSocket | undefined;
  /** The number of clients, and all bytes sent to them since the last patch. */
  readonly onPatch: (clients: number, bytes: number) => void;
  /** The limit for a full state. */
  readonly bytesMax: () => number;
  readonly log: (message: string, details: object) => void;
}

export class RoomView {
  readonly #parts: RoomViewParts;
  /** Bytes sent since the last patch. */
  #sentBytes = 0;
  /** Size of the full state at the last check; after a check that failed it is checked again. */
  #stateBytes: number | undefined;
  #states: StateLimit | undefined;
  #toldTooLarge = false;
  /** The patch that Colyseus' broadcast made; it is sent later, through the gate. */
  #made: Patch | undefined;
  #serializer: PatchSerializer | undefined;
  /** Whether clients hold an earlier View, and the next patch begins with a full state for each of them. */
  #shownAnew = false;
  readonly #lasting = new LastingRefs();

  constructor(parts: RoomViewParts) {
    this.#parts = parts;
  }

  /** Limits for the full states that the room's sockets send. */
  get states(): StateLimit {
    const onTooLarge = (bytes: number) => this.#tooLarge(bytes);
    this.#states ??= { bytesMax: this.#parts.bytesMax(), waitingBytes: 0, onTooLarge };
    return this.#states;
  }

  /** @throws RoomError when the full state is larger than a client may be sent */
  assertSendable(): void {
    const { bytesMax } = this.states;
    if (this.#stateBytes === undefined || this.#stateBytes > bytesMax)
      this.#stateBytes = fullStateOf(this.#parts.room).length;
    if (this.#stateBytes <= bytesMax) return;
    this.#tooLarge(this.#stateBytes);
    throw new RoomError("match/view-too-large", `${this.#stateBytes} bytes, at most ${bytesMax}`);
  }

  /** Replaces the serialiser that Colyseus makes when a state is set. */
  serializer(): PatchSerializer {
    const { socketOf } = this.#parts;
    const send = (patch: Patch) => {
      this.#made = patch;
    };
    this.#serializer = new PatchSerializer({ socketOf, send, onNewObjects: () => this.#noteRefs() });
    return this.#serializer;
  }

  /**
   * The View starts empty, so that its collections have the same ids in every process. Ids are reserved at once: what
   * shows them waits for the record that has them, as everything later does.
   */
  show(): void {
    const { room, live } = this.#parts;
    const { match, epoch } = live();
    const { view } = match.game;
    const state = view.create();
    const placeholders = putPlaceholders(state, view);
    room.state = state as never;
    this.#serializer!.perClient = perClientOf(view, placeholders, {
      ...{ room, world: () => match.state.world },
      viewerOf: ({ sessionId }) => match.seat(sessionId)?.seat,
    });
    const { refsReserved, refs } = match.state;
    this.#lasting.begins(nextRefId(room), matchTimeMs(match.game, match.state));
    continueRefs(room, firstRef({ refsReserved, epoch, isOver: match.outcome !== undefined }));
    view.write(state, match.state.world);
    if (refs !== undefined) this.#lasting.giveBack(room, refs);
    // Nobody is there to be sent it as changes. What stands in the place of own parts must never be: it is empty.
    encoderOf(room).discardChanges();
    this.#noteRefs();
  }

  /** As after a restore, but nobody's connection broke: every client gets the full state with the next patch. */
  showAnew(): void {
    this.show();
    this.#shownAnew = true;
  }

  /** @returns the frames of all clients, for the match's gate; undefined when there are none */
  patch(): Outgoing<OutFrame> | undefined {
    const { room, live, onPatch } = this.#parts;
    const { match } = live();
    match.game.view.write(room.state as never, match.state.world);
    room.clock.elapsedTime = matchTimeMs(match.game, match.state);
    if (this.#shownAnew) this.#sendFullStates();
    const made = this.#broadcast();
    this.#noteRefs();
    const lasting = this.#lasting.look(room, room.clock.elapsedTime, match.state.refs ?? {});
    if (lasting !== undefined) match.keepRefs(lasting);
    const bytes = made?.frames.length ?? 0;
    onPatch(room.clients.length, this.#sentBytes + bytes);
    this.#sentBytes = 0;
    return made && { frame: { kind: "patch", ...made }, bytes };
  }

  /** The gate is full: the receivers reconnect and get the full state. */
  noRoom(patch: OutFrame): void {
    if (patch.kind !== "patch") return;
    for (const socket of patch.to) socket.close(closeAndComeBack, "gate full");
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  /** Through the gate, like everything that a client is sent. */
  #sendFullStates(): void {
    this.#shownAnew = false;
    const { room } = this.#parts;
    const timing = hasInputs(this.#parts.live().match.game) ? { sNow: room.clock.elapsedTime } : undefined;
    for (const client of room.clients)
      if (client.state === ClientState.JOINED) client.raw(this.#serializer!.getFullState(client, timing));
    encoderOf(room).discardChanges();
  }

  #broadcast(): Patch | undefined {
    this.#made = undefined;
    this.#parts.room.broadcastPatch();
    return this.#made;
  }

  /** To be called before anything is sent that may show new objects. */
  #noteRefs(): void {
    const { room, live } = this.#parts;
    const { match } = live();
    const used = nextRefId(room);
    match.useRefs(used, refsToReserve(used, match.state.refsReserved, refsAheadMax(match.game)));
  }

  #tooLarge(bytes: number): void {
    this.#stateBytes = bytes;
    if (this.#toldTooLarge) return;
    this.#toldTooLarge = true;
    const { live, log } = this.#parts;
    const { code, bytesMax } = { code: "match/view-too-large", bytesMax: this.states.bytesMax };
    log("the full state of a match is larger than a client may be sent", {
      ...{ match: live().id, code, bytes, bytesMax },
    });
  }
}
