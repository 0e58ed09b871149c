/**
 * What a match tells its room, and the one place where it does. The room is told after a record was applied: whatever
 * goes wrong in it then is its own trouble, is logged, and changes nothing about the match (P5). It decides nothing.
 */
import type { Outcome } from "../../shared/game/game.ts";
import type { TakeInputs } from "./match.ts";

/** What leaves for players, and how much of the gate it takes. */
export interface Outgoing<Frame> {
  readonly frame: Frame;
  readonly bytes: number;
}

/** What the match tells its room to do. */
export interface Body<Frame> {
  readonly takeInputs: TakeInputs;
  /** Whether players are on their way in: then the match is not empty, nor without opponents. */
  expected?(): boolean;
  /** Bring the View up to the World and make the patch, which the match puts into its gate. */
  patch(): Outgoing<Frame> | undefined;
  /** The gate is full: the receivers of this patch must be disconnected, they get the full state later. */
  noRoom?(patch: Frame): void;
  /** The seat was given up (grace over, or asked for): nobody may come back to it. */
  seatGone(sessionId: string): void;
  /** The store does not keep up: the match stands still, or goes on again. */
  frozen(frozen: boolean): void;
  /** Only under the policy `available`: what players see is not safe, or is again. */
  unprotected?(unprotected: boolean): void;
  over(outcome: Outcome): void;
  /** The match cannot go on here: a bug in it, or another process owns it. Its data is kept. */
  stopped(why: { code: string; message: string }): void;
}

export interface ContainedParts {
  readonly matchId: string;
  readonly log: (message: string, details: object) => void;
}

/**
 * `body` as its match calls it: none of it throws. The same call may fail every tick, so that only its 1st, 2nd, 4th,
 * 8th … failure is logged.
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
    takeInputs: (sessionId, max) => tried("takeInputs", () => body.takeInputs(sessionId, max)) ?? [],
    expected: () => tried("expected", () => body.expected?.()) ?? false,
    patch: () => tried("patch", () => body.patch()),
    noRoom: (patch) => tried("noRoom", () => body.noRoom?.(patch)),
    seatGone: (sessionId) => tried("seatGone", () => body.seatGone(sessionId)),
    frozen: (frozen) => tried("frozen", () => body.frozen(frozen)),
    unprotected: (unprotected) => tried("unprotected", () => body.unprotected?.(unprotected)),
    over: (outcome) => tried("over", () => body.over(outcome)),
    stopped: (why) => tried("stopped", () => body.stopped(why)),
  };
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
