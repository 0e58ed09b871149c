/**
 * What the players of rooms saw and were told, and what the journal has of their rooms, as plain data: the evidence that
 * room-checker.ts compares.
 */
import type { ToldInRoom } from "./room-script.ts";

/** One connection of a visit. */
export interface ShownConnection {
  /** The hash of each decoded state, in order. */
  readonly states: string[];
  /** A kill came during it or after it. */
  beforeKill: boolean;
}

/** own: they left. away: they were still reconnecting at the end. refused: the server or the SDK ended it. */
type RoomVisitEnd = "own" | "away" | "refused";

export interface RoomVisit {
  readonly player: string;
  readonly roomId: string;
  readonly sessionId: string;
  readonly connections: ShownConnection[];
  readonly told: ToldInRoom[];
  end: RoomVisitEnd | undefined;
  endText: string;
}

/** A state that the journal has, at which clients may have been shown it. */
export interface RoomMoment {
  readonly tick: number;
  readonly epoch: number;
  readonly hash: string;
  /** Where clients see only a part of it, and where another process went on with it. */
  readonly state?: unknown;
}

export interface RoomJournal {
  readonly roomId: string;
  readonly moments: readonly RoomMoment[];
  readonly problems: readonly string[];
}

/** The contents of the states that were seen, each once. It holds so much, and then refuses. */
export class SeenContents {
  readonly #texts = new Map<string, string>();
  #length = 0;

  /** @throws Error when the states of this run are too large to be kept */
  keep(hash: string, state: unknown): void {
    if (this.#texts.has(hash)) return;
    const text = JSON.stringify(state);
    this.#length += text.length;
    if (this.#length > charactersMax)
      throw new Error("the states are too large for so many kills: run fewer");
    this.#texts.set(hash, text);
  }

  of(hash: string): unknown {
    return JSON.parse(this.#texts.get(hash)!);
  }
}

const charactersMax = 400_000_000;
