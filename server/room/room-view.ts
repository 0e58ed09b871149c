/**
 * The View of a room: made from its match's World, brought up to it and sent as patches through the gate. It is never
 * read back. What one may see, the game's declaration says.
 */
import type { Client, Room } from "@colyseus/core";
import type { Outgoing } from "../match/body.ts";
import type { LiveMatch } from "../match/live-match.ts";
import {
  closeAndComeBack,
  type OutFrame,
  type OutSocket,
  type Patch,
  type StateLimit,
} from "./gated-socket.ts";
import { PatchSerializer } from "./patch-serializer.ts";
import { RoomError } from "./room-error.ts";
import { continueRefs, refCounter, refsToReserve } from "./view-refs.ts";

export interface RoomViewParts {
  readonly room: Room;
  readonly live: () => LiveMatch<OutFrame>;
  readonly socketOf: (client: Client) => OutSocket | undefined;
  /** Clients, and bytes to all of them since the last patch. */
  readonly onPatch: (clients: number, bytes: number) => void;
  /** Of a full state. */
  readonly bytesMax: () => number;
  readonly log: (message: string, details: object) => void;
}

/** Private to Colyseus' types. */
interface RoomSerializerPrivates {
  readonly _serializer: { getFullState(): Uint8Array };
}

export class RoomView {
  readonly #parts: RoomViewParts;
  /** Since the last patch. */
  #sentBytes = 0;
  /** Of the full state when it was last looked at; one that was too large is looked at again. */
  #stateBytes: number | undefined;
  #states: StateLimit | undefined;
  #toldTooLarge = false;
  /** What Colyseus' broadcast made; it is not sent from there. */
  #made: Patch | undefined;

  constructor(parts: RoomViewParts) {
    this.#parts = parts;
  }

  /** What sockets of the room may carry and hold of full states. */
  get states(): StateLimit {
    const onTooLarge = (bytes: number) => this.#tooLarge(bytes);
    this.#states ??= { bytesMax: this.#parts.bytesMax(), waitingBytes: 0, onTooLarge };
    return this.#states;
  }

  /** @throws RoomError when the match shows more than a client may be sent */
  assertSendable(): void {
    const { bytesMax } = this.states;
    if (this.#stateBytes === undefined || this.#stateBytes > bytesMax)
      this.#stateBytes = (
        this.#parts.room as unknown as RoomSerializerPrivates
      )._serializer.getFullState().length;
    if (this.#stateBytes <= bytesMax) return;
    this.#tooLarge(this.#stateBytes);
    throw new RoomError("match/view-too-large", `${this.#stateBytes} bytes, at most ${bytesMax}`);
  }

  /** In the place of the one that Colyseus makes when a state is set. */
  serializer(): PatchSerializer {
    const { socketOf } = this.#parts;
    const send = (patch: Patch) => {
      this.#made = patch;
    };
    return new PatchSerializer({ socketOf, send });
  }

  /** The View is made empty first, so that its collections have the same ids in every process. */
  show(): void {
    const { room, live } = this.#parts;
    const { match } = live();
    const state = match.game.view.create();
    room.state = state as never;
    continueRefs(room, match.state.refsReserved);
    match.game.view.write(state, match.state.world);
  }

  /** @returns the frames of all clients, for the match's gate; undefined when there are none */
  patch(): Outgoing<OutFrame> | undefined {
    const { room, live, onPatch } = this.#parts;
    const { match } = live();
    match.game.view.write(room.state as never, match.state.world);
    const reserve = refsToReserve(refCounter(room).nextUniqueId, match.state.refsReserved);
    if (reserve !== undefined) match.reserveRefs(reserve);
    room.clock.elapsedTime = matchTimeMs(match);
    const made = this.#broadcast();
    const bytes = made?.frames.length ?? 0;
    onPatch(room.clients.length, this.#sentBytes + bytes);
    this.#sentBytes = 0;
    return made && { frame: { kind: "patch", ...made }, bytes };
  }

  /** The gate is full: its receivers come back for the full state. */
  noRoom(patch: OutFrame): void {
    if (patch.kind !== "patch") return;
    for (const socket of patch.to) socket.close(closeAndComeBack, "gate full");
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  #broadcast(): Patch | undefined {
    this.#made = undefined;
    this.#parts.room.broadcastPatch();
    return this.#made;
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

/** Clients see it as the time of the room. */
export function matchTimeMs({ tick, game }: LiveMatch<OutFrame>["match"]): number {
  return Math.round((tick * 1000) / game.tickRate);
}
