/**
 * Delays what spectators are sent, for a game that wants it (`Game.spectators`): every state, patch, event and notice waits
 * until the match is so much further. It stands behind the gate, in front of the sockets of those who watch, so that nothing
 * newer reaches them on any way: also what they get when they join or return is held. It bounds what waits.
 */
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { Later, SteadyClock } from "../../shared/clock.ts";
import type { Match } from "../match/match.ts";
import { clockPerSecond } from "../match/match-time.ts";
import { closeAndComeBack, isFullState, type OutSocket } from "./gated-socket.ts";
import { kindOf } from "./ws-frames.ts";

/** Bytes that wait for all spectators of a match; what they have in common counts once. */
const heldBytesMax = 32 * 1024 * 1024;
const lookEveryMs = 50;

export interface WatchDelayParts {
  /** The match clock. */
  readonly clock: () => number;
  /** How far it goes in a second. */
  readonly clockPerSecond: number;
  readonly delaySeconds: number;
  readonly nowMs: SteadyClock;
  readonly later: Later;
  /** Default 32 MiB. */
  readonly bytesMax?: number;
}

interface HeldBack {
  readonly to: OutSocket;
  readonly dueAt: number;
  /** What goes when this goes; 0 for what waits with another one. */
  readonly bytes: number;
  readonly release: () => void;
}

export class WatchDelay {
  readonly #parts: WatchDelayParts;
  /** Invariant: `dueAt` never falls from the first to the last. */
  #held: HeldBack[] = [];
  #heldBytes = 0;
  /** The newest frame, which several are sent. */
  #frame: Buffer | undefined;
  #isLooking = false;
  /** Since the match is over, its clock stands still, and time alone makes what is held old enough. */
  #over: { readonly clock: number; readonly atMs: number } | undefined;

  constructor(parts: WatchDelayParts) {
    this.#parts = parts;
  }

  get delayMs(): number {
    return this.#parts.delaySeconds * 1000;
  }

  /** From now on what the match shows reaches this socket late. */
  holdBack(to: OutSocket): void {
    const { send, write } = to;
    to.write = (frame) => {
      const isKnown = this.#frame?.equals(frame) === true;
      const kept = isKnown ? this.#frame! : Buffer.from(frame);
      this.#frame = kept;
      this.#hold(to, isKnown ? 0 : kept.length, () => write(kept));
    };
    to.send = (data, options, callback) => {
      if (showsNothing(data)) return send(data, options, callback);
      this.#hold(to, data.length, () => {
        if (isFullState(data)) to.stateBytes = data.length;
        send(data, options, callback);
      });
    };
  }

  matchOver(): void {
    this.#over ??= { clock: this.#parts.clock(), atMs: this.#parts.nowMs() };
  }

  #hold(to: OutSocket, bytes: number, release: () => void): void {
    const { bytesMax = heldBytesMax, delaySeconds, clockPerSecond } = this.#parts;
    if (this.#heldBytes + bytes > bytesMax) {
      to.close(closeAndComeBack, "too much waits for spectators");
      return;
    }
    this.#heldBytes += bytes;
    const dueAt = this.#clock() + Math.ceil(delaySeconds * clockPerSecond);
    this.#held.push({ to, dueAt, bytes, release });
    this.#lookAgain();
  }

  #lookAgain(): void {
    if (this.#isLooking || this.#held.length === 0) return;
    this.#isLooking = true;
    this.#parts.later(lookEveryMs, () => {
      this.#isLooking = false;
      this.#look();
      this.#lookAgain();
    });
  }

  #look(): void {
    const clock = this.#clock();
    const waits = ({ to, dueAt }: HeldBack) => to.isOpen() && dueAt > clock;
    const held = this.#held;
    this.#held = held.filter(waits);
    for (const each of held) {
      if (waits(each)) continue;
      this.#heldBytes -= each.bytes;
      if (each.to.isOpen()) each.release();
    }
    if (this.#held.length === 0) this.#frame = undefined;
  }

  #clock(): number {
    const { clock, nowMs, clockPerSecond } = this.#parts;
    if (this.#over === undefined) return clock();
    return this.#over.clock + ((nowMs() - this.#over.atMs) * clockPerSecond) / 1000;
  }
}

/** @returns undefined when the game wants none */
export function watchDelayOf(match: Match, nowMs: SteadyClock): WatchDelay | undefined {
  const { game } = match;
  if (game.spectators === undefined) return undefined;
  return new WatchDelay({
    ...{ nowMs, clock: () => match.clock, clockPerSecond: clockPerSecond(game) },
    delaySeconds: game.spectators.delaySeconds,
    later: (ms, run) => void setTimeout(run, ms).unref(),
  });
}

const welcomeBytes = getMessageBytes.raw(Protocol.ROOM_DATA, "welcome");
/** How a connection begins and ends. */
const kindsOfConnection: ReadonlySet<number> = new Set([
  Protocol.JOIN_ROOM,
  Protocol.ERROR,
  Protocol.LEAVE_ROOM,
  Protocol.PING,
]);

/** Only what is known to show nothing of the match goes at once. */
function showsNothing(data: Uint8Array): boolean {
  if (kindsOfConnection.has(kindOf(data))) return true;
  return welcomeBytes.every((byte, at) => data[at] === byte);
}
