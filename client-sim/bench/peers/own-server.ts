/**
 * What the two peers without Colyseus share: seats over HTTP by the two routes that Colyseus has for it, matches with a loop
 * of their own, and the order in which a player comes in. How bytes reach a player is theirs.
 *
 *   to a player     as Colyseus frames it (patch-serializer.ts): kind and flag, match time, inputs applied, changes
 *   from a player   the handshake's one byte, then inputs, whose fields are where Colyseus' encoder puts them
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Encoder } from "@colyseus/schema";
import type { ArenaInput } from "../../../shared/games/arena/input.ts";
import { tickWasLate } from "./peer-process.ts";
import { letWait, type PeerPlayer, PlainMatch, patchRate, tickRate, ViewBytes } from "./plain-match.ts";

Encoder.BUFFER_SIZE = 256 * 1024;

const kinds = { join: 10, state: 14, patch: 15 } as const;
const timed = 0x80;
export const prefixBytes = 9;
/** The handshake's answer is one byte. */
const inputBytes = 18;

/** A connection of a player, in the way of the peer. */
export interface PlayerLine {
  /** Sends a message that only this player gets. */
  send(message: Uint8Array): void;
  /** Sends the patch: its prefix differs between players, `changes` are good during the call. */
  patch(prefix: Prefix, changes: Uint8Array): void;
}

export interface Prefix {
  readonly first: number;
  readonly matchTimeMs: number;
  readonly applied: number;
}

/** @returns the offset behind it */
export function writePrefix(to: Buffer, at: number, { first, matchTimeMs, applied }: Prefix): number {
  to[at] = first;
  to.writeUInt32LE(matchTimeMs, at + 1);
  return to.writeUInt32LE(applied, at + 5);
}

interface PeerSeat extends PeerPlayer {
  readonly line: PlayerLine;
  watching: boolean;
}

class OwnMatch {
  readonly #match = new PlainMatch();
  readonly #bytes = new ViewBytes(this.#match);
  readonly #seated = new Set<PeerSeat>();
  readonly #startedMs = performance.now();
  #turn = 0;

  constructor() {
    this.#match.show();
    this.#next();
  }

  enter(line: PlayerLine): PeerSeat {
    const seated = Object.assign(this.#match.join(), { line, watching: false });
    this.#seated.add(seated);
    line.send(Uint8Array.of(kinds.join, 0));
    return seated;
  }

  leave(seated: PeerSeat): void {
    this.#seated.delete(seated);
    this.#match.leave(seated);
  }

  hear(seated: PeerSeat, message: Buffer): void {
    if (message.length === inputBytes) letWait(seated, inputIn(message));
    else if (!seated.watching) this.#show(seated);
  }

  #show(seated: PeerSeat): void {
    // What changed since the last patch is in the full state too, and may come twice.
    const state = this.#bytes.full();
    const message = Buffer.allocUnsafe(prefixBytes + state.length);
    writePrefix(message, 0, this.#prefix(kinds.state, seated));
    message.set(state, prefixBytes);
    seated.watching = true;
    seated.line.send(message);
  }

  #prefix(kind: number, { applied }: PeerSeat): Prefix {
    const matchTimeMs = Math.round(performance.now() - this.#startedMs);
    return { first: kind | timed, matchTimeMs, applied };
  }

  #next(): void {
    this.#turn += 1;
    const dueMs = this.#startedMs + (this.#turn * 1000) / tickRate;
    setTimeout(
      () => {
        tickWasLate(performance.now() - dueMs);
        this.#step();
        this.#next();
      },
      Math.max(0, dueMs - performance.now()),
    );
  }

  #step(): void {
    this.#match.step();
    if ((this.#turn * patchRate) % tickRate >= patchRate) return;
    this.#match.show();
    const changes = this.#bytes.patch();
    for (const seated of this.#seated)
      if (seated.watching) seated.line.patch(this.#prefix(kinds.patch, seated), changes);
  }
}

function inputIn(bytes: Buffer): ArenaInput {
  return {
    seq: bytes.readUInt32LE(2),
    moveX: bytes.readInt8(7),
    moveY: bytes.readInt8(9),
    aim: bytes.readUInt16LE(11),
    buttons: bytes[14]!,
    seen: bytes.readUInt16LE(16),
  };
}

const matches = new Map<string, OwnMatch>();

/** What a peer does with the player of a request that becomes a connection. */
export interface Entered {
  heard(message: Buffer): void;
  left(): void;
}

/** Lets the player of an upgrade request into their match. */
export function enter({ url = "" }: IncomingMessage, line: PlayerLine): Entered {
  const match = matches.get(new URL(url, "http://peer").pathname.split("/")[2]!)!;
  const seated = match.enter(line);
  return { heard: (message) => match.hear(seated, message), left: () => match.leave(seated) };
}

/** Gives seats. @param upgrades adds what the peer does with connections */
export async function serveSeats(upgrades: (http: Server) => void): Promise<string> {
  let seats = 0;
  const http = createServer(({ url = "" }, response) => {
    const [, , method, name = ""] = url.split("/");
    const roomId = method === "create" ? `match${matches.size}` : name;
    if (!matches.has(roomId)) matches.set(roomId, new OwnMatch());
    seats += 1;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ roomId, processId: "peer", sessionId: `seat${seats}` }));
  });
  upgrades(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
