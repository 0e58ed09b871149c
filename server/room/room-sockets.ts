/**
 * The connections of one room, below Colyseus: each stands behind the match's gate. Here are the few ways past it, for
 * what reflects no tick: notices, and closing. The room decides who is told what, and who is sent away.
 */
import type { Socket } from "node:net";
import type { Client, Room } from "@colyseus/core";
import type { WebSocket } from "ws";
import type { Notice } from "../../shared/wire/room-messages.ts";
import type { Match } from "../match/match.ts";
import {
  closeAndComeBack,
  type FrameGate,
  guardSocket,
  type OutSocket,
  type StateLimit,
} from "./gated-socket.ts";
import { announce } from "./notices.ts";
import { type BarredCheck, putOut } from "./put-out.ts";

export interface RoomSocketsParts {
  readonly room: Room;
  readonly gate: () => FrameGate;
  readonly states: () => StateLimit;
  readonly onBytes: (bytes: number) => void;
  /** Whether this process must be silent; see `guardSocket`. */
  readonly stale: () => (() => boolean) | undefined;
  /** What answers a ping on this connection; see `guardSocket`. */
  readonly pong?: (socket: object) => Uint8Array | undefined;
}

export class RoomSockets {
  readonly #parts: RoomSocketsParts;
  readonly #sockets = new WeakMap<object, OutSocket>();

  constructor(parts: RoomSocketsParts) {
    this.#parts = parts;
  }

  /** Puts the gate in front of a connection to this room. */
  guard(socket: WebSocket, under: { readonly tcp: Socket; readonly onSentAway: () => void }): OutSocket {
    const { gate, states, onBytes, stale, pong } = this.#parts;
    const out = guardSocket({
      ...{ socket, ...under, gate: gate(), states: states() },
      ...{ onBytes, stale: stale(), pong: pong && (() => pong(socket)) },
    });
    this.#sockets.set(socket, out);
    return out;
  }

  /** The socket of a client, past the gate. */
  readonly of = ({ ref }: Pick<Client, "ref">): OutSocket | undefined => this.#sockets.get(ref);

  /** Tells everyone, or some, something that reflects no tick. */
  notify(notice: Notice, to: Iterable<Client> = this.#parts.room.clients): void {
    announce(to, this.of, notice);
  }

  /** Closes every connection so that its client reconnects, here or elsewhere. */
  sendAway(): void {
    for (const client of this.#parts.room.clients)
      this.of(client)?.close(closeAndComeBack, "server restarts");
  }

  /** Removes everyone who is banned or signed out. */
  putOut(match: Pick<Match, "state" | "leave">, barred: BarredCheck): void {
    const { clients } = this.#parts.room;
    putOut(match, barred, (sessionId) => {
      const client = clients.getById(sessionId);
      return client && this.of(client);
    });
  }
}
