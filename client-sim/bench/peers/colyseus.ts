/**
 * The arena on plain Colyseus: its fixed time step, its inputs, its patches and its transport, as its documentation
 * says, and nothing of ours but the rules and the View. Nothing is kept: when it dies, all its matches are gone.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, Room, Server } from "@colyseus/core";
import { Encoder, schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { type ArenaInput, arenaInput } from "../../../shared/games/arena/input.ts";
import { answerOrders, tickWasLate } from "./peer-process.ts";
import { type PeerPlayer, PlainMatch, patchRate, tickRate } from "./plain-match.ts";

/** One room has up to 200 players, and a larger state than Colyseus expects. */
Encoder.BUFFER_SIZE = 256 * 1024;
const inputsBufferedMax = 16;

const Input = schema(
  {
    seq: t.uint32(),
    moveX: t.int8(),
    moveY: t.int8(),
    aim: t.uint16(),
    buttons: t.uint8(),
    seen: t.uint16(),
  },
  "ArenaInput",
);

class ArenaRoom extends Room {
  override autoDispose = false;
  override patchRate = 1000 / patchRate;
  override maxClients = 200;
  readonly #match = new PlainMatch();
  readonly #players = new Map<string, PeerPlayer>();
  override state = this.#match.view;
  override inputs = this.defineInput(Input, {
    seqField: "seq",
    bufferMaxSize: inputsBufferedMax,
    sanitize: Object.fromEntries(
      Object.entries(arenaInput)
        .filter(([field]) => field !== "seq")
        .map(([field, { min, max }]) => [field, [min, max] as const]),
    ),
  });
  #lastStepMs = 0;

  override onCreate(): void {
    this.setFixedTimestep(({ dtMs }) => this.#step(dtMs), tickRate);
  }

  override onBeforePatch(): void {
    this.#match.show();
  }

  override onJoin(client: Client): void {
    this.#players.set(client.sessionId, this.#match.join());
  }

  override onLeave({ sessionId }: Client): void {
    this.#match.leave(this.#players.get(sessionId)!);
    this.#players.delete(sessionId);
  }

  #step(tickMs: number): void {
    const nowMs = performance.now();
    if (this.#lastStepMs > 0) tickWasLate(nowMs - this.#lastStepMs - tickMs);
    this.#lastStepMs = nowMs;
    const sessions = new Map([...this.#players].map(([sessionId, { seat }]) => [seat, sessionId]));
    this.#match.step(
      (seat, max) => this.inputs.get(sessions.get(seat)!).take(max) as unknown as ArenaInput[],
    );
  }
}

answerOrders(async () => {
  const http = createServer();
  const server = new Server({ greet: false, transport: new WebSocketTransport({ server: http }) });
  server.define("wide-arena", ArenaRoom);
  await server.listen(0, "127.0.0.1");
  if (!http.listening) await once(http, "listening");
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});
