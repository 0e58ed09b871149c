/**
 * What one player saw and did during one visit to one match, as plain data: the evidence that checker.ts compares
 * with the journal.
 */
import type { CommandAnswer } from "../../../shared/game/game.ts";

/**
 * A decoded View: the match's tick, if the View says it, and the hash of everything in it that all see. Then the hashes
 * of what is for this player alone: their own part, and what is in their sight; absent when the game has neither.
 */
export type SeenState = readonly [tick: number | undefined, hash: string, own?: readonly string[]];

/** One connection of the visit. */
export interface SeenConnection {
  readonly states: SeenState[];
  /** Epoch of the owner that it led to; undefined until the welcome arrives. */
  epoch: number | undefined;
  /** A fault came during it or after it. */
  beforeKill: boolean;
}

/** Hashes of everything in a View: as the client held it, and as a new client decodes it. */
interface SeenReturn {
  readonly held: string;
  readonly fresh: string;
}

export interface SentCommand {
  readonly name: string;
  readonly payload: unknown;
  /** Absent when there was none. */
  answer?: CommandAnswer;
}

/**
 * Why a visit ended. own: the player left. away: they were still reconnecting when chaos ended. young: the SDK does
 * not reconnect in its first 5 s. refused: the server or our client ended it.
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
  /** A View showed that the match is over. */
  sawEnd: boolean;
  readonly connections: SeenConnection[];
  /** The first state after each return. */
  readonly returns: SeenReturn[];
  readonly commands: SentCommand[];
  end: MatchVisitEnd | undefined;
  /** Close code and reason as text. */
  endText: string;
}
