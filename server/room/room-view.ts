/**
 * The View of a room: made from its match's World, brought up to it and sent as patches through the gate. It is never
 * read back. What one may see, the game's declaration says.
 */
import type { Client, Room } from "@colyseus/core";
import type { LiveMatch } from "../match/live-match.ts";
import { closeAndComeBack, type OutFrame, type OutSocket } from "./gated-socket.ts";
import { type Patch, PatchSerializer } from "./patch-serializer.ts";
import { continueRefs, refCounter, refsToReserve } from "./view-refs.ts";

export interface RoomViewParts {
  readonly room: Room;
  readonly live: () => LiveMatch<OutFrame>;
  readonly socketOf: (client: Client) => OutSocket | undefined;
  /** Clients, and bytes to all of them since the last patch. */
  readonly onPatch: (clients: number, bytes: number) => void;
}

export class RoomView {
  readonly #parts: RoomViewParts;
  /** Since the last patch. */
  #sentBytes = 0;

  constructor(parts: RoomViewParts) {
    this.#parts = parts;
  }

  /** In the place of the one that Colyseus makes when a state is set. */
  serializer(): PatchSerializer {
    const { socketOf } = this.#parts;
    return new PatchSerializer({ socketOf, send: (patch) => this.#send(patch) });
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

  patch(): void {
    const { room, live, onPatch } = this.#parts;
    const { match } = live();
    match.game.view.write(room.state as never, match.state.world);
    const reserve = refsToReserve(refCounter(room).nextUniqueId, match.state.refsReserved);
    if (reserve !== undefined) match.reserveRefs(reserve);
    room.clock.elapsedTime = matchTimeMs(match);
    room.broadcastPatch();
    onPatch(room.clients.length, this.#sentBytes);
    this.#sentBytes = 0;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  #send(patch: Patch): void {
    this.#sentBytes += patch.frames.length;
    if (this.#parts.live().send({ kind: "patch", ...patch }, patch.frames.length)) return;
    for (const socket of patch.to) socket.close(closeAndComeBack, "gate full");
  }
}

/** Clients see it as the time of the room. */
export function matchTimeMs({ tick, game }: LiveMatch<OutFrame>["match"]): number {
  return Math.round((tick * 1000) / game.tickRate);
}
