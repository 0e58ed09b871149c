/**
 * Reconnects to a match whose connection broke: when the Colyseus SDK tries again, and at which door. The SDK
 * itself keeps the room, its callbacks and its token; it would knock at the first door for ever. Owns the limits
 * of coming back; whoever follows the match decides what a loss means.
 */

import type { Room } from "@colyseus/sdk";
import type { SteadyClock } from "../clock.ts";
import { closeCodes } from "../wire/errors/close-codes.ts";
import { type ApiAccess, originsOf, withFirst } from "./api.ts";
import { inFreshTask } from "./fresh-task.ts";
import { matchDoor } from "./match-address.ts";
import { reconnectAttemptsMax, reconnectDelayMs } from "./reconnect-delay.ts";
import { behindDoor, doorAddress, doorOf } from "./server-address.ts";

/**
 * One try to come back may take this long, from knocking, before the next one is made: the door may be that of a node
 * that stands still. The later ones may take longer, so that a slow line gets in at last.
 */
const attemptMsMin = 2_000;
const attemptMsMore = 500;
const attemptMsMax = 5_000;
/** Behind a load balancer the door stays the same: the API is asked only when these did not get in. */
const blindTriesMax = 2;
/** A node that does not have the match (any more, or yet) refuses like one that gave the seat up. */
const refusalsMax = 3;
/** For this long the API must say that there is no such match: an instance may have read an old list. */
const unknownMsMin = 2_000;

const seatGone = "the server gave the seat up (seat/gone)";

export interface ReconnectParts {
  readonly room: Pick<Room<unknown, unknown>, "connection" | "reconnection" | "roomId">;
  readonly access: ApiAccess;
  readonly now: SteadyClock;
  readonly chance: () => number;
  /** There is no door any more. */
  readonly onNowhere: (reason: string) => void;
}

type ReconnectParams = Parameters<Room["connection"]["reconnect"]>[0];

export class Reconnect {
  readonly #parts: ReconnectParts;
  readonly #knock: (params: ReconnectParams) => void;
  #origins: readonly string[];
  /** It is known where the match is. */
  #moved = false;
  #movedAway = false;
  /** A try is on its way: it was made, and neither broke nor got in. */
  #knocking = false;
  /** Grows with every try, so that one that waits for the API is known to be old. */
  #tries = 0;
  /** Grows with every return, for the same reason. */
  #answers = 0;
  #finding: Promise<void> | undefined;
  #refusals = 0;
  #unknownSinceMs: number | undefined;
  #closed = false;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ReconnectParts) {
    this.#parts = parts;
    this.#origins = originsOf(parts.access.url);
    const { connection, reconnection } = parts.room;
    const reconnect = connection.reconnect.bind(connection);
    this.#knock = (params) => {
      this.#knocking = true;
      reconnect(params);
    };
    connection.reconnect = (params) => this.#tryAgain(params);
    reconnection.minUptime = 0;
    reconnection.maxRetries = reconnectAttemptsMax;
    reconnection.minDelay = 0;
    reconnection.backoff = (attempt) => this.#delayMs(attempt);
    this.#forgiveRefusals();
  }

  /** The connection, or a try to get a new one, broke. The SDK asks for the delay next. */
  dropped({ moved }: { moved: boolean }): void {
    this.#moved = moved || this.#movedAway;
    this.#knocking = false;
  }

  /** The match has another owner than the one at whose door a try may hang. */
  movedAway(): void {
    if (!this.#knocking || this.#closed) return;
    this.#movedAway = true;
    this.#parts.room.connection.close(closeCodes.mayTryReconnect, "the match has another owner");
    this.#movedAway = false;
  }

  /** The room let us in. Its welcome may still take its time: a match that is frozen sends nothing. */
  answered(): void {
    this.#tries += 1;
    this.#answers += 1;
    this.#knocking = false;
    clearTimeout(this.#watchdog);
  }

  /** The match is here and goes on. */
  back(): void {
    this.#refusals = 0;
    this.#unknownSinceMs = undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#watchdog);
  }

  /** A try that is on its way may still arrive, for a while, so that a seat can be given back in person. */
  endLastTry(): void {
    const { connection, reconnection } = this.#parts.room;
    const timer = setTimeout(() => {
      reconnection.enabled = false;
      connection.close();
    }, attemptMsMax);
    // Nobody waits for it: in Node it keeps no process.
    (timer as { unref?: () => void }).unref?.();
  }

  #delayMs(attempt: number): number {
    const delayMs = reconnectDelayMs(this.#moved ? 1 : attempt, this.#parts.chance(), this.#moved);
    clearTimeout(this.#watchdog);
    const attemptMs = Math.min(attemptMsMax, attemptMsMin + (attempt - 1) * attemptMsMore);
    this.#watchdog = setTimeout(() => inFreshTask(() => this.#nextTry(attempt)), delayMs + attemptMs);
    return delayMs;
  }

  /** The SDK waits for ever for a server that took the socket and says nothing: this ends such a try. */
  #nextTry(attempt: number): void {
    const { connection, reconnection } = this.#parts.room;
    if (this.#closed || !reconnection.isReconnecting || reconnection.retryCount !== attempt) return;
    connection.close(closeCodes.mayTryReconnect, "no answer");
  }

  #tryAgain(params: ReconnectParams): void {
    this.#tries += 1;
    const { reconnection } = this.#parts.room;
    if (this.#goesDirect()) return void this.#findAndKnock(params);
    if (reconnection.retryCount > blindTriesMax) void this.#find();
    this.#knock(params);
  }

  async #findAndKnock(params: ReconnectParams): Promise<void> {
    const mine = this.#tries;
    await this.#find();
    if (mine !== this.#tries || !this.#parts.room.reconnection.isReconnecting) return;
    this.#knock(params);
  }

  /** Past a load balancer, or without one: the door is another one than the API's. */
  #goesDirect(): boolean {
    return doorOf(this.#parts.room.connection.url!) !== doorAddress(this.#origins[0]!);
  }

  /** One question at a time: a slow API is not asked again by the next try. */
  #find(): Promise<void> {
    this.#finding ??= this.#askForDoor().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  /** Points the connection to the door that the API names. When it names none, the old one stays. */
  async #askForDoor(): Promise<void> {
    const { room, access } = this.#parts;
    const asked = this.#answers;
    const door = await matchDoor({ ...access, url: this.#origins }, room.roomId);
    if (this.#closed || asked !== this.#answers) return;
    if (door.kind === "unknown") return this.#unknown();
    this.#unknownSinceMs = undefined;
    if (door.kind === "no-answer") return;
    this.#origins = withFirst(this.#origins, door.origin);
    room.connection.url = behindDoor(room.connection.url!, door.at);
  }

  #unknown(): void {
    const nowMs = this.#parts.now();
    this.#unknownSinceMs ??= nowMs;
    if (nowMs - this.#unknownSinceMs < unknownMsMin) return;
    this.#tries += 1;
    this.#parts.onNowhere("the match is over or was set aside: no server runs it (match/unknown)");
  }

  /** The SDK ends for good at the first refusal; while coming back, some are believed to be a wrong door's. */
  #forgiveRefusals(): void {
    const { events } = this.#parts.room.connection;
    const closed = events.onclose;
    events.onclose = (event: Pick<CloseEvent, "code" | "reason">) => {
      const refused = event.code === closeCodes.failedToReconnect && !this.#closed;
      if (refused) this.#refusals += 1;
      const forgiven = refused && this.#refusals < refusalsMax;
      if (forgiven) closed?.({ code: closeCodes.mayTryReconnect, reason: event.reason });
      else closed?.(refused ? { code: event.code, reason: event.reason || seatGone } : event);
    };
  }
}
