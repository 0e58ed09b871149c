/**
 * Requests players for this process' matches while they have free seats and their queue wants them filled. A request
 * is repeated every few seconds. One that is no longer repeated expires by itself, even when its node has died.
 */
import type { MatchOrigin } from "../../../shared/wire/booking.ts";
import { newRating } from "../../ratings/rating.ts";
import { playerRating, queuePart, ratingKey } from "../../ratings/rating-rows.ts";
import type { OpenSeats, TicketPlayer } from "../engine/ticket.ts";
import type { MatchmakingParts } from "../parts.ts";
import { askForPlayers, askNoLonger } from "./open-seats.ts";

/** Less than half of the lifetime of a request. */
const askEveryMs = 3000;

/** A running match of a queue: its free seats and its players. */
export interface OpenMatch {
  readonly id: string;
  readonly origin: MatchOrigin;
  readonly free: readonly number[];
  readonly players: readonly { readonly seat: number; readonly userId: string }[];
}

export interface BackfillRequestsParts {
  readonly parts: MatchmakingParts;
  readonly matches: () => readonly OpenMatch[];
  /** @returns a function that ends it */
  readonly every: (ms: number, run: () => void) => () => void;
  readonly log: (message: string, details: object) => void;
}

export class BackfillRequests {
  readonly #options: BackfillRequestsParts;
  /** Matches with a request, and their queues. */
  readonly #requested = new Map<string, string>();
  readonly #stopAsking: () => void;
  /** A turn whose answer from the store is pending: no other starts before it ends. */
  #underWay: Promise<void> | undefined;
  #trouble = false;

  constructor(options: BackfillRequestsParts) {
    this.#options = options;
    this.#stopAsking = options.every(askEveryMs, () => {
      this.#underWay ??= this.#runOnce().finally(() => {
        this.#underWay = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopAsking();
    await this.#underWay;
  }

  async #runOnce(): Promise<void> {
    try {
      await this.#ask();
      this.#trouble = false;
    } catch (error) {
      // Logged once: it is retried all the time, and the store's own failure is logged elsewhere.
      if (!this.#trouble) this.#options.log("running matches could not ask for players", { error });
      this.#trouble = true;
    }
  }

  async #ask(): Promise<void> {
    const { parts, matches } = this.#options;
    const asking = matches().filter(
      ({ origin, free }) => origin.backfill && free.some((seat) => isOfSide(origin, seat)),
    );
    const ids = new Set(asking.map(({ id }) => id));
    for (const [matchId, queue] of this.#requested) {
      if (ids.has(matchId)) continue;
      await askNoLonger(parts.store, { queue, matchId });
      this.#requested.delete(matchId);
    }
    for (const match of asking) {
      this.#requested.set(match.id, match.origin.queue);
      await askForPlayers(parts.store, await openSeatsOf(parts, match));
    }
  }
}

async function openSeatsOf({ store, nowMs }: MatchmakingParts, match: OpenMatch): Promise<OpenSeats> {
  const { id, origin, free, players } = match;
  const { queue, region, mode, teams, teamSize } = origin;
  const rows = await store.read(
    queuePart(queue),
    players.map(({ userId }) => ratingKey(userId)),
  );
  const rated = players.map(({ seat, userId }, at): TicketPlayer & { seat: number } => {
    const { mu, sigma } = playerRating(rows[at]) ?? newRating();
    return { seat, userId, rating: { mu, sigma } };
  });
  const isOf = (team: number, seat: number) => Math.floor(seat / teamSize) === team;
  return {
    ...{ matchId: id, queue, region, askedAtMs: nowMs() },
    ...(mode !== undefined && { mode }),
    teams: Array.from({ length: teams }, (_, team) => ({
      free: free.filter((seat) => isOf(team, seat)).length,
      players: rated.filter(({ seat }) => isOf(team, seat)).map(({ userId, rating }) => ({ userId, rating })),
    })),
  };
}

/** A game may have more seats than its queue uses. */
const isOfSide = ({ teams, teamSize }: MatchOrigin, seat: number) => seat < teams * teamSize;
