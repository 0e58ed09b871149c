/**
 * A real Colyseus server with the smallest room that keeps the client's contract: welcome, inputs with their
 * acknowledgement, commands that are applied once. Tests steer it: break every socket, swallow an answer,
 * end the match, hand it over. No durability in here; the real server has tests of its own.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Client, matchMaker, Room, Server } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";

const TinyView = schema(
  { x: t.int32().default(0), inputs: t.uint32().default(0), commands: t.uint32().default(0) },
  "TinyView",
);
const TinyInput = schema({ seq: t.uint32(), moveX: t.int8() }, "TinyInput");

/** What the tests may change while the server runs. */
export interface Knobs {
  /** Applies the next command, then breaks the connection instead of answering. */
  breakAtNextCommand: boolean;
  /** Makes no ticks and sends no patches, as a match whose store is away. */
  frozen: boolean;
  /** Never answers a command. */
  swallowCommands: boolean;
  readonly seqsSeen: number[];
  readonly commandsApplied: { id: number; payload: unknown }[];
}

const newKnobs = (): Knobs => ({
  ...{ breakAtNextCommand: false, frozen: false, swallowCommands: false },
  ...{ seqsSeen: [], commandsApplied: [] },
});
const knobs = newKnobs();

/** All of a match that another process needs to go on with it. */
export interface Handover {
  readonly matchId: string;
  readonly epoch: number;
  readonly view: { readonly x: number; readonly inputs: number; readonly commands: number };
  readonly lastCommandId: number;
  readonly lastInputSeq: number;
  readonly seats: readonly { readonly sessionId: string; readonly reconnectionToken: string }[];
}

const rooms = new Set<TinyRoom>();

function roomsOf(matchId: string | undefined): readonly TinyRoom[] {
  return [...rooms].filter(({ roomId }) => matchId === undefined || roomId === matchId);
}

function cut(client: Client): void {
  (client.ref as unknown as { terminate(): void }).terminate();
}

class TinyRoom extends Room {
  override state = new TinyView();
  override patchRate = 10;
  override inputs = this.defineInput(TinyInput);
  #lastCommandId = 0;
  #lastInputSeq = 0;
  #epoch = 1;
  #frozen = false;

  override onCreate({ handover }: { handover?: Handover }): void {
    rooms.add(this);
    if (handover) this.#goOn(handover);
    this.setTimestep(() => this.#tick(), 10);
    this.onMessage("command", (client, command: { id: number; payload: unknown }) =>
      this.#command(client, command),
    );
  }

  override onDispose(): void {
    rooms.delete(this);
  }

  override onJoin(client: Client): void {
    this.#welcome(client);
  }

  override onDrop(client: Client): void {
    this.allowReconnection(client, 30).catch(() => undefined);
  }

  override onReconnect(client: Client): void {
    this.#welcome(client);
  }

  /** Colyseus sends the time of a room with inputs, changes or not. */
  override broadcastPatch(): boolean {
    return knobs.frozen ? false : super.broadcastPatch();
  }

  /** Nothing changes here any more. */
  handOver(): Handover {
    this.#frozen = true;
    const { x, inputs, commands } = this.state;
    const seats = this.clients.map(({ sessionId, reconnectionToken }) => ({ sessionId, reconnectionToken }));
    const numbers = { lastCommandId: this.#lastCommandId, lastInputSeq: this.#lastInputSeq };
    return { matchId: this.roomId, epoch: this.#epoch, view: { x, inputs, commands }, seats, ...numbers };
  }

  #goOn(handover: Handover): void {
    this.roomId = handover.matchId;
    this.#epoch = handover.epoch + 1;
    this.#lastCommandId = handover.lastCommandId;
    this.#lastInputSeq = handover.lastInputSeq;
    Object.assign(this.state, handover.view);
    for (const seat of handover.seats) {
      this.allowReconnection({ ...seat, auth: {} } as unknown as Client, 30).catch(() => undefined);
    }
  }

  #welcome(client: Client): void {
    const { roomId: matchId } = this;
    const numbers = { lastCommandId: this.#lastCommandId, lastInputSeq: this.#lastInputSeq };
    const rates = { tickRate: 100, patchRate: 100, epoch: this.#epoch, tick: 0, seatGraceMs: 30_000 };
    client.send("welcome", { matchId, game: "tiny", seat: 0, name: "Ada", ...rates, ...numbers });
  }

  #tick(): void {
    if (this.#frozen || knobs.frozen) return;
    for (const client of this.clients) {
      for (const input of this.inputs.get(client.sessionId).drain()) {
        knobs.seqsSeen.push(input.seq);
        this.#lastInputSeq = input.seq;
        this.state.x += input.moveX;
        this.state.inputs += 1;
      }
    }
  }

  #command(client: Client, command: { id: number; payload: unknown }): unknown {
    if (this.#frozen) return new Promise(() => undefined);
    if (command.id > this.#lastCommandId) {
      this.#lastCommandId = command.id;
      this.state.commands += 1;
      knobs.commandsApplied.push(command);
    }
    if (knobs.swallowCommands) return new Promise(() => undefined);
    if (!knobs.breakAtNextCommand) return { ok: true };
    knobs.breakAtNextCommand = false;
    cut(client);
    return new Promise(() => undefined);
  }
}

export interface TinyServer {
  readonly url: string;
  readonly knobs: Knobs;
  /** Matches that the API was asked for, in order. */
  readonly questions: readonly string[];
  /** Ends every connection without a close frame, as a killed process does. */
  breakConnections(): void;
  broadcast(type: string, message: unknown, matchId?: string): void;
  /** Ends the match, or all: every client is closed with code 4000. */
  endMatch(matchId?: string): Promise<void>;
  /** The one match of this server, which stands still from now on. */
  handOver(): Handover;
  take(handover: Handover): Promise<void>;
  /** Closes every connection with the code that makes its client look for the match; the match is gone here. */
  sendAway(): Promise<void>;
  /** Ends every match and puts the knobs back, so that the server is as a new one. */
  forget(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTinyServer(): Promise<TinyServer> {
  const questions: string[] = [];
  const http = createServer();
  const transport = new WebSocketTransport({ server: http });
  const server = new Server({ transport, greet: false, gracefullyShutdown: false });
  server.define("tiny", TinyRoom);
  transport.getExpressApp().post("/v1/sessions", (_request, response) => {
    response.status(201).json({ token: "token", userId: "guest:1", expiresAt: "2030-01-01T00:00:00.000Z" });
  });
  transport.getExpressApp().post("/v1/matches/join", async (_request, response) => {
    const reservation = await matchMaker.create("tiny", {});
    response.json({ reservation, matchId: reservation.roomId });
  });
  transport.getExpressApp().get("/v1/matches/:id", ({ params: { id } }, response) => {
    questions.push(id);
    const room = matchMaker.getLocalRoomById(id);
    if (room === undefined) response.status(404).json({ code: "match/unknown", title: "No match" });
    else response.json({ id, epoch: 1 });
  });
  await server.listen(0, "127.0.0.1");
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    knobs,
    questions,
    breakConnections() {
      for (const room of rooms) room.clients.forEach(cut);
    },
    broadcast(type, message, matchId) {
      for (const room of roomsOf(matchId)) room.broadcast(type, message);
    },
    async endMatch(matchId) {
      for (const room of roomsOf(matchId)) await room.disconnect();
    },
    handOver() {
      const [room] = rooms;
      if (!room) throw new Error("There is no match to hand over.");
      return room.handOver();
    },
    async take(handover) {
      await matchMaker.handleCreateRoom("tiny", { handover });
    },
    async sendAway() {
      for (const room of rooms) await room.disconnect(closeCodes.mayTryReconnect);
    },
    async forget() {
      for (const room of rooms) await room.disconnect();
      Object.assign(knobs, newKnobs());
    },
    stop: () => server.gracefullyShutdown(false),
  };
}
