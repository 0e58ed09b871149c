/**
 * What a match tells its room, and the only place where it does so. The room is told after a record was applied: a
 * failure of the room is logged and changes nothing about the match (P5). It decides nothing.
 */
import type { Outcome } from "../../shared/game/game.ts";
import type { CommandEvent } from "./record.ts";
import type { TakeInputs } from "./taken-inputs.ts";

/** A frame for players, and how many bytes of the gate it takes. */
export interface Outgoing<Frame> {
  readonly frame: Frame;
  readonly bytes: number;
}

/** The calls of a match to its room. */
export interface Body<Frame> {
  readonly takeInputs: TakeInputs;
  /**
   * What a durable room did since the last record, as commands without a seat. What it throws stops the match: the record
   * would let out what it does not have.
   */
  ownCommands?(): readonly CommandEvent[];
  /** Whether what it sends now may reflect more than the newest record: then it waits for the next one. */
  isAhead?(): boolean;
  /** Whether players are joining: then the match counts as neither empty nor without opponents. */
  expected?(): boolean;
  /** Updates the View from the World and makes the patch, which the match puts into its gate. */
  patch(): Outgoing<Frame> | undefined;
  /** The patch of this tick, if there is one, is in the gate: what follows it may be sent. */
  patched?(): void;
  /** The gate is full: the receivers of this patch must be disconnected; they get the full state later. */
  noRoom?(patch: Frame): void;
  /** The seat was given up (its grace ended, or on request): nobody may reconnect to it. */
  seatGone(sessionId: string): void;
  /** The match stands still because the store does not keep up, or it continues. */
  frozen(frozen: boolean): void;
  /** Only under the policy `available`: what players see is not safe, or is safe again. */
  unprotected?(unprotected: boolean): void;
  over(outcome: Outcome): void;
  /** The match cannot continue here: it has a bug, or another process owns it. Its data is kept. */
  stopped(why: { code: string; message: string }): void;
}

/** That of a match that has no room yet. */
export const noBody: Body<never> = {
  takeInputs: () => [],
  patch: () => undefined,
  seatGone: () => {},
  frozen: () => {},
  over: () => {},
  stopped: () => {},
};

export interface ContainedParts {
  readonly matchId: string;
  readonly log: (message: string, details: object) => void;
}

/**
 * Wraps `body` so that no call throws. The same call may fail every tick, so only the 1st, 2nd, 4th, 8th … failure is
 * logged.
 */
export function contained<Frame>(body: Body<Frame>, { matchId, log }: ContainedParts): Required<Body<Frame>> {
  const failures = new Map<string, number>();
  const tried = <Answer>(what: string, call: () => Answer): Answer | undefined => {
    try {
      return call();
    } catch (error) {
      const times = (failures.get(what) ?? 0) + 1;
      failures.set(what, times);
      if (isPowerOfTwo(times))
        log("the room of a match failed; the match goes on", { match: matchId, what, times, error });
      return undefined;
    }
  };
  return {
    ownCommands: () => body.ownCommands?.() ?? [],
    isAhead: () => body.isAhead?.() ?? false,
    takeInputs: (sessionId, max) => tried("takeInputs", () => body.takeInputs(sessionId, max)) ?? [],
    expected: () => tried("expected", () => body.expected?.()) ?? false,
    patch: () => tried("patch", () => body.patch()),
    patched: () => tried("patched", () => body.patched?.()),
    noRoom: (patch) => tried("noRoom", () => body.noRoom?.(patch)),
    seatGone: (sessionId) => tried("seatGone", () => body.seatGone(sessionId)),
    frozen: (frozen) => tried("frozen", () => body.frozen(frozen)),
    unprotected: (unprotected) => tried("unprotected", () => body.unprotected?.(unprotected)),
    over: (outcome) => tried("over", () => body.over(outcome)),
    stopped: (why) => tried("stopped", () => body.stopped(why)),
  };
}

export function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
