/**
 * Players of rooms that lose their process, with nothing but the SDK. The server is left as a process that lost a room is,
 * and takes the room over again from its store: what it has then is what another process would have.
 */
import { matchMaker } from "@colyseus/core";
import { Callbacks, Client, type Room } from "@colyseus/sdk";
import { expect, vi } from "vitest";
import { hostedRoomOf } from "../../server/room/hosted-room.ts";
import { contentOf } from "../room/durable-setup.ts";
import type { RoomServer } from "../room/room-server.ts";

export const until = (what: () => unknown) => expect.poll(what, { timeout: 10_000 });

/** A player who writes down what comes and goes in the collections that they watch, and what they are told. */
export class Player<State extends object> {
  readonly room: Room<State>;
  readonly heard: unknown[] = [];
  readonly came: string[] = [];
  returns = 0;

  constructor(room: Room<State>, watched: readonly string[]) {
    this.room = room;
    // The SDK does not come back to a room that it has known for less than 5 s.
    room.reconnection.minUptime = 0;
    room.onMessage("*", (type, message) => this.heard.push([type, message]));
    room.onReconnect(() => {
      this.returns += 1;
    });
    if (watched.length === 0) return;
    const callbacks = Callbacks.get(room as never) as unknown as Record<
      "onAdd" | "onRemove",
      (name: string, call: (each: unknown, key: unknown) => void) => void
    >;
    for (const name of watched) {
      callbacks.onAdd(name, (_, key) => this.came.push(`+${name}/${key}`));
      callbacks.onRemove(name, (_, key) => this.came.push(`-${name}/${key}`));
    }
  }

  get sees(): unknown {
    return contentOf(this.room.state);
  }

  get id(): string {
    return this.room.sessionId;
  }
}

export class Losing {
  readonly #server: () => RoomServer;
  readonly #players: Player<never>[] = [];

  constructor(server: () => RoomServer) {
    this.#server = server;
  }

  async join<State extends object>(name: string, how: object = {}, watched: readonly string[] = []) {
    const room = await new Client(this.#url).joinOrCreate(name, { name: "Ada", ...how });
    return this.plays(room as unknown as Room<State>, watched);
  }

  plays<State extends object>(room: Room<State>, watched: readonly string[] = []): Player<State> {
    const player = new Player(room, watched);
    this.#players.push(player as never);
    return player;
  }

  get #url(): string {
    return this.#server().url.replace("ws:", "http:");
  }

  get client(): Client {
    return new Client(this.#url);
  }

  /** The process loses the room, takes it over from its store, and everybody who was connected comes back. */
  async lose(roomId: string): Promise<void> {
    const players = this.#players.filter(
      ({ room }) => room.roomId === roomId && room.connection.isOpen && room.reconnection.enabled,
    );
    const returns = players.map((player) => player.returns);
    await this.loseAndLeave(roomId);
    for (const [number, player] of players.entries()) {
      await until(() => player.returns).toBe(returns[number]! + 1);
      await until(() => player.room.connection.isOpen).toBe(true);
    }
  }

  /** As `lose`, and waits for nobody. */
  async loseAndLeave(roomId: string): Promise<void> {
    await this.#giveUp(roomId);
    await this.reopen(roomId);
  }

  /** As `loseAndLeave`, of a room that fails to open. */
  async loseUnopened(roomId: string): Promise<void> {
    await this.#giveUp(roomId);
    const { parts, store } = this.#server();
    await parts.host.restoreOne((await store.find(roomId))!);
    expect(await parts.rooms.openRoom(roomId)).toMatchObject({ kind: "left" });
  }

  async reopen(roomId: string): Promise<void> {
    const { parts, store } = this.#server();
    expect(await parts.host.restoreOne((await store.find(roomId))!)).toEqual({ kind: "restored" });
    expect(await parts.rooms.openRoom(roomId)).toEqual({ kind: "restored" });
  }

  async #giveUp(roomId: string): Promise<void> {
    const { parts } = this.#server();
    const { live } = parts.host.all().find((each) => each.live.id === roomId)!;
    const { end } = hostedRoomOf(matchMaker.getLocalRoomById(roomId)) as unknown as {
      readonly end: { readonly closed: Promise<void> };
    };
    live.giveUp();
    await end.closed;
  }

  /** Everybody leaves, and every room ends. */
  async end(): Promise<void> {
    for (const { room } of this.#players.splice(0)) {
      room.reconnection.enabled = false;
      if (room.connection.isOpen) await room.leave();
    }
    const { host } = this.#server().parts;
    for (const { live } of host.all())
      await matchMaker
        .getLocalRoomById(live.id)
        ?.disconnect()
        .catch(() => {});
    await vi.waitFor(() => expect(host.all()).toHaveLength(0), { timeout: 10_000 });
  }
}

/** The room itself, as it is in this process. */
export const roomOf = <Of>(roomId: string): Of => matchMaker.getLocalRoomById(roomId) as unknown as Of;
