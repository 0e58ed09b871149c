/**
 * What one player saw and did during one visit to one match, as plain data: the evidence that checker.ts holds
 * against the journal.
 */
import type { CommandAnswer } from "../../../shared/game/game.ts";

/** A View as it was decoded: the match's tick in it, and the hash of everything in it. */
export type SeenState = readonly [tick: number, hash: string];

/** One connection of the visit. */
export interface SeenConnection {
  readonly states: SeenState[];
  /** Of the owner that it led to; undefined until the welcome came. */
  epoch: number | undefined;
  /** Something was broken during it, or after it. */
  beforeKill: boolean;
}

/** Hashes of everything in a View: as the client held it, and as somebody saw it who was new. */
interface SeenReturn {
  readonly held: string;
  readonly fresh: string;
}

export interface SentCommand {
  readonly name: string;
  readonly payload: unknown;
  /** Absent when none came. */
  answer?: CommandAnswer;
}

/**
 * Why a visit ended. own: the player left. away: they were still trying to come back when chaos ended. young:
 * the SDK does not reconnect in its first 5 s. refused: the server or the helper ended it.
 */
type MatchVisitEnd = "own" | "away" | "young" | "refused";

export interface MatchVisit {
  readonly player: string;
  readonly matchId: string;
  readonly sessionId: string;
  readonly seat: number | "spectator";
  /** The tick of the first welcome: from here on the journal must know the seat. */
  readonly firstTick: number;
  /** A later welcome named another seat. */
  seatChanged: boolean;
  /** A View said that the match is over. */
  sawEnd: boolean;
  readonly connections: SeenConnection[];
  /** The first state after each return. */
  readonly returns: SeenReturn[];
  readonly commands: SentCommand[];
  end: MatchVisitEnd | undefined;
  /** Close code and reason, for people. */
  endText: string;
}
