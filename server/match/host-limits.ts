/**
 * The limits of the matches of a process, in the units of the settings, and those of one match in the ticks of its
 * clock. Pure.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { GatePolicy } from "./life/life.ts";
import type { LiveLimits } from "./live-match.ts";
import type { MakerLimits } from "./makers.ts";
import { clockPerSecond } from "./match-time.ts";

/** Limits in the units of the settings; the match clock turns them into its ticks. */
export interface HostLimits extends MakerLimits {
  readonly seatGraceSeconds: number;
  /** A match without players ends after this time; 0: never. */
  readonly emptySeconds: number;
  /** A queue's match whose players have no opponents any more ends after this time; 0: never. */
  readonly aloneSeconds: number;
  readonly commandsPerSecondMax: number;
  readonly commandBytesPerSecondMax: number;
  readonly spectatorsMax: number;
  readonly commandsPendingMax: number;
  readonly unackedTicksMax: number;
  readonly gateBytesMax: number;
  readonly snapshotEverySeconds: number;
  readonly snapshotEveryBytes: number;
  readonly matchesMax: number;
  /** Default strict. */
  readonly gate?: GatePolicy;
}

/** @param origin of a queue's match */
export function liveLimitsOf(limits: HostLimits, game: AnyGame, origin: MatchOrigin | undefined): LiveLimits {
  const { seatGraceSeconds, snapshotEverySeconds, emptySeconds, aloneSeconds, ...same } = limits;
  const perSecond = clockPerSecond(game);
  const ticksUntil = (seconds: number) => (seconds === 0 ? Number.POSITIVE_INFINITY : seconds * perSecond);
  return {
    ...same,
    emptyTicksMax: ticksUntil((game.whenEmpty ?? "end") === "end" ? emptySeconds : 0),
    aloneTicksMax: ticksUntil(aloneSeconds),
    // A durable room decides itself whether it goes on when opponents have left.
    ...(origin !== undefined && !game.isRoom && { teamSize: origin.teamSize }),
    seatGraceTicks: graceSecondsOf(game, seatGraceSeconds) * perSecond,
    watchGraceTicks: seatGraceSeconds * perSecond,
    // In a game by events it bounds how many steps a restore replays, as in any other.
    snapshotEveryTicks: snapshotEverySeconds * game.tickRate,
  };
}

/** Who is in a match that sleeps keeps their seat, if its game does not say how long. */
function graceSecondsOf({ seatGrace, whenEmpty }: AnyGame, usual: number): number {
  const grace = seatGrace ?? (whenEmpty === "sleep" ? "match" : usual);
  return grace === "match" ? Number.POSITIVE_INFINITY : grace;
}
