/**
 * Reconnects to a match whose connection broke: it decides when the Colyseus SDK tries again, and at which
 * address. The SDK keeps the room, its callbacks and its token, but would try the first address for ever. Owns the
 * limits of reconnecting; follow-match.ts decides what a loss means.
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
 * Limit of one attempt before the next one is made, because the address may be that of a node that has stalled.
 * Later attempts may take longer, so that a slow line gets in at last.
 */
const attemptMsMin = 2_000;
const attemptMsMore = 500;
const attemptMsMax = 5_000;
/** Behind a load balancer the address stays the same, so the API is asked only after this many failed attempts. */
const blindTriesMax = 2;
/** A node that does not have the match (yet, or any more) refuses in the same way as one that gave the seat up. */
const refusalsMax = 3;
/**
 * An attempt that was given up may still arrive, and take the seat from a later one. So when "a newer connection has the seat" within
 * this time of it, it is taken for our own, once.
 */
const strayMsMax = 30_000;
/** The API must say for this long that there is no such match: one instance may have read an old list. */
const unknownMsMin = 2_000;

const seatGone = "the server gave the seat up (seat/gone)";

export interface ReconnectParts {
  readonly room: Pick<Room<unknown, unknown>, "connection" | "reconnection" | "roomId">;
  readonly access: ApiAccess;
  readonly now: SteadyClock;
  readonly chance: () => number;
  /** The match can be reached nowhere any more. */
  readonly onNowhere: (reason: string) => void;
}

type ReconnectParams = Parameters<Room["connection"]["reconnect"]>[0];

export class Reconnect {
  readonly #parts: ReconnectParts;
  readonly #knock: (params: ReconnectParams) => void;
  #origins: readonly string[];
  /** The new address of the match is known. */
  #moved = false;
  #movedAway = false;
  /** An attempt is under way: it has neither failed nor been admitted. */
  #knocking = false;
  /** Grows with every attempt, so that one that still waits for the API can be recognised as old. */
  #tries = 0;
  /** Grows with every successful return, for the same reason. */
  #answers = 0;
  #finding: Promise<void> | undefined;
  #refusals = 0;
  #unknownSinceMs: number | undefined;
  /** When an attempt was last given up that may have reached the server. */
  #strayedMs = Number.NEGATIVE_INFINITY;
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

  /** The connection, or an attempt to open a new one, broke. The SDK asks for the delay next. */
  dropped({ moved }: { moved: boolean }): void {
    this.#moved = moved || this.#movedAway;
    this.#knocking = false;
  }

  /** The match has a new owner, so an attempt at the old one is pointless. */
  movedAway(): void {
    if (!this.#knocking || this.#closed) return;
    this.#movedAway = true;
    this.#strayedMs = this.#parts.now();
    this.#parts.room.connection.close(closeCodes.mayTryReconnect, "the match has another owner");
    this.#movedAway = false;
  }

  /** The room has admitted the client. Its welcome may still take a while: a frozen match sends nothing. */
  answered(): void {
    this.#tries += 1;
    this.#answers += 1;
    this.#knocking = false;
    clearTimeout(this.#watchdog);
  }

  /** The welcome and the View have arrived: the player plays again. */
  back(): void {
    this.#refusals = 0;
    this.#unknownSinceMs = undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#watchdog);
  }

  /** An attempt under way may still arrive for a while, so that the seat can be given up over it. */
  endLastTry(): void {
    const { connection, reconnection } = this.#parts.room;
    const timer = setTimeout(() => {
      reconnection.enabled = false;
      connection.close();
    }, attemptMsMax);
    // Nobody waits for this timer: it must not keep a Node process alive.
    (timer as { unref?: () => void }).unref?.();
  }

  #delayMs(attempt: number): number {
    const delayMs = reconnectDelayMs(this.#moved ? 1 : attempt, this.#parts.chance(), this.#moved);
    clearTimeout(this.#watchdog);
    const attemptMs = Math.min(attemptMsMax, attemptMsMin + (attempt - 1) * attemptMsMore);
    this.#watchdog = setTimeout(() => inFreshTask(() => this.#nextTry(attempt)), delayMs + attemptMs);
    return delayMs;
  }

  /** The SDK waits for ever for a server that accepts the socket and stays silent; this ends such an attempt. */
  #nextTry(attempt: number): void {
    const { connection, reconnection } = this.#parts.room;
    if (this.#closed || !reconnection.isReconnecting || reconnection.retryCount !== attempt) return;
    this.#strayedMs = this.#parts.now();
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

  /** True when the room is not at the API's address: the connection does not go through a load balancer. */
  #goesDirect(): boolean {
    return doorOf(this.#parts.room.connection.url!) !== doorAddress(this.#origins[0]!);
  }

  /** One request at a time: the next attempt does not ask a slow API again. */
  #find(): Promise<void> {
    this.#finding ??= this.#askForDoor().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  /** Points the connection to the address that the API names. When it names none, the old one stays. */
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

  /** The SDK gives up at the first refusal. During a reconnect some are forgiven: they may come from a wrong node. */
  #forgiveRefusals(): void {
    const { events } = this.#parts.room.connection;
    const closed = events.onclose;
    events.onclose = (event: Pick<CloseEvent, "code" | "reason">) => {
      const refused = event.code === closeCodes.failedToReconnect && !this.#closed;
      if (refused) this.#refusals += 1;
      const forgiven = (refused && this.#refusals < refusalsMax) || this.#isOwnStray(event.code);
      if (forgiven) closed?.({ code: closeCodes.mayTryReconnect, reason: event.reason });
      else closed?.(refused ? { code: event.code, reason: event.reason || seatGone } : event);
    };
  }

  /** Two tabs of one player do not take the seat from each other for ever: it is believed once. */
  #isOwnStray(code: number): boolean {
    if (code !== closeCodes.takenOver || this.#closed) return false;
    const isRecent = this.#parts.now() - this.#strayedMs < strayMsMax;
    this.#strayedMs = Number.NEGATIVE_INFINITY;
    return isRecent;
  }
}
