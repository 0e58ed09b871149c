/**
 * A player of a room during chaos, with nothing but Colyseus' SDK: joins, acts by the script, comes back by the SDK's own
 * reconnection, and records every state that it decoded and everything that it was told. It judges nothing.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Client, type Room } from "@colyseus/sdk";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import { nextUint32, type RandomState } from "../../../shared/game/deterministic/random.ts";
import { comparable } from "../../../shared/wire/shown-state.ts";
import type { RoomVisit, SeenContents, ShownConnection } from "./room-history.ts";
import type { RoomScript } from "./room-script.ts";

const everyMsUsual = 100;
const againMs = 200;
const leaveMsMax = 5000;
const retriesMax = 60;

export interface RoomBotParts {
  readonly url: string;
  readonly room: string;
  readonly number: number;
  readonly script: RoomScript;
  readonly contents: SeenContents;
  readonly random: RandomState;
  /** The room to join; undefined: it is this one that makes it. */
  readonly roomId: () => Promise<string | undefined>;
  /** It made the room. */
  readonly onMade: (roomId: string) => void;
}

type SdkRoom = Room<unknown, { toJSON(): unknown }>;

export class RoomBot {
  readonly name: string;
  readonly visits: RoomVisit[] = [];
  /** From each kill to the first state after it, in ms. */
  readonly gaps: number[] = [];
  /** What no run may hide: a state that is too large to be kept. */
  failure: unknown;
  /** Why it could not join, the last time. */
  lastError = "";
  readonly #parts: RoomBotParts;
  #room: SdkRoom | undefined;
  #visit: RoomVisit | undefined;
  #connection: ShownConnection | undefined;
  /** It was shown something since its connection began. */
  #isShown = false;
  #struckMs: number | undefined;
  /** Its server was killed, and it has not noticed yet. */
  #isHit = false;
  #isEnding = false;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RoomBotParts) {
    this.#parts = parts;
    this.name = `player ${parts.number}`;
  }

  start(): void {
    void this.#join();
    this.#timer = setInterval(() => this.#act(), this.#parts.script.everyMs ?? everyMsUsual);
  }

  /** It is connected and was shown the state. */
  get isSettled(): boolean {
    return this.#isShown && !this.#isHit && this.#room?.connection.isOpen === true;
  }

  /** A process that has its room was killed just now. */
  struck(atMs: number): void {
    for (const connection of this.visits.flatMap(({ connections }) => connections))
      connection.beforeKill = true;
    if (!this.isSettled) return;
    this.#struckMs ??= atMs;
    this.#isHit = true;
  }

  /** Leaves for good, and joins again as somebody new. */
  async moveOn(): Promise<void> {
    await this.#leave();
    void this.#join();
  }

  /** From now on it does nothing by itself. */
  rest(): void {
    clearInterval(this.#timer);
  }

  /** The server ends: the bot does not come back. */
  end(): void {
    this.rest();
    this.#isEnding = true;
    const visit = this.#visit;
    if (visit !== undefined) {
      visit.end = this.isSettled ? "own" : "away";
      visit.endText ||= "at the end of the run";
    }
    this.#visit = undefined;
    if (this.#room === undefined) return;
    this.#room.reconnection.enabled = false;
    this.#room.connection.close();
  }

  async #join(): Promise<void> {
    const { url, room, script, number, roomId, onMade } = this.#parts;
    const options = script.options?.(number) ?? { name: this.name };
    while (!this.#isEnding) {
      try {
        const client = new Client(url);
        const id = this.visits.at(-1)?.roomId ?? (await roomId());
        const joined = await (id === undefined ? client.create(room, options) : client.joinById(id, options));
        onMade(joined.roomId);
        this.#enter(joined as unknown as SdkRoom);
        return;
      } catch (error) {
        this.lastError = (error as Error)?.message ?? String(error);
        await pause(againMs);
      }
    }
  }

  #enter(room: SdkRoom): void {
    this.#room = room;
    // The SDK does not come back by itself to a room that it has known for less than 5 s; here kills come sooner.
    room.reconnection.minUptime = 0;
    // How long a start takes on a busy machine is not what is looked at.
    room.reconnection.maxRetries = retriesMax;
    const { roomId, sessionId } = room;
    this.#connection = { states: [], beforeKill: false };
    const visit: RoomVisit = {
      ...{ player: this.name, roomId, sessionId, connections: [this.#connection] },
      ...{ told: [], end: undefined, endText: "" },
    };
    this.#visit = visit;
    this.visits.push(visit);
    room.onMessage("*", (type: string | number, message: unknown) => this.#told(visit, type, message));
    room.onStateChange((state) => this.#saw(visit, state));
    room.onDrop((code, reason) => {
      this.#isShown = false;
      this.#isHit = false;
      visit.endText = `code ${code} ${reason ?? ""}`.trim();
      if (this.#visit !== visit || this.#connection!.states.length === 0) return;
      this.#connection = { states: [], beforeKill: false };
      visit.connections.push(this.#connection);
    });
    room.onLeave((code, reason) => {
      if (this.#visit !== visit) return;
      this.#visit = undefined;
      this.#isShown = false;
      visit.end = "refused";
      visit.endText = `code ${code} ${reason ?? ""}`.trim();
      void this.#join();
    });
  }

  async #leave(): Promise<void> {
    const [room, visit] = [this.#room, this.#visit];
    this.#visit = undefined;
    this.#isShown = false;
    this.#struckMs = undefined;
    this.#isHit = false;
    if (room === undefined || visit === undefined) return;
    visit.end = "own";
    room.reconnection.enabled = false;
    if (room.connection.isOpen)
      await Promise.race([room.leave(), pause(leaveMsMax, undefined, { ref: false })]);
    else room.connection.close();
  }

  #told(visit: RoomVisit, type: string | number, message: unknown): void {
    visit.told.push({ type, message, sessionId: visit.sessionId });
  }

  #saw(visit: RoomVisit, state: { toJSON(): unknown }): void {
    if (this.#visit !== visit) return;
    try {
      const content = comparable(state.toJSON());
      const hash = hashPlain(content);
      this.#parts.contents.keep(hash, content);
      this.#connection!.states.push(hash);
    } catch (error) {
      this.failure ??= error;
    }
    this.#isShown = true;
    // What was on its way at the kill is no return.
    if (this.#struckMs === undefined || this.#connection!.beforeKill) return;
    this.gaps.push(performance.now() - this.#struckMs);
    this.#struckMs = undefined;
  }

  #act(): void {
    const [room, visit] = [this.#room, this.#visit];
    if (room === undefined || visit === undefined || !this.isSettled) return;
    const { script, number, random } = this.#parts;
    try {
      script.act({
        ...{ room: room as unknown as Room, number, turn: this.#turn++ },
        random: () => nextUint32(random) / 2 ** 32,
        told: (type, answer) => this.#told(visit, type, answer),
      });
    } catch (error) {
      this.failure ??= error;
    }
  }
}
