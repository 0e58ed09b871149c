/**
 * Checks every second who has come to the matches that queues made in this process. Users with a seat are marked as
 * playing, so that they cannot queue meanwhile. When a player does not come in time, the match continues or is called
 * off as its queue says, and that player waits longer next time. The match's next owner continues this.
 */

import { noMatchmakingMetrics } from "../matchmaking-metrics.ts";
import type { MatchmakingParts } from "../parts.ts";
import { type Decided, decideOnMissing, sentTo, verdictOf } from "./attendance.ts";
import { recordNoShow } from "./no-shows.ts";
import { type MatchSeats, SeatClaims } from "./seat-claims.ts";

const lookEveryMs = 1000;
/** An older decision was already counted by the owner of that time. */
const countedMsMax = 60_000;

/** A player for whom a seat is kept. */
interface ExpectedGuest {
  readonly userId: string;
  readonly ticketId?: string | undefined;
  readonly came: boolean;
  /** The time to wait for them is over. */
  readonly due: boolean;
  /** The match was made for them; the others fill free seats. */
  readonly founding: boolean;
}

/** A running match that a queue made, with those for whom it was made. */
export interface MatchAttendance extends MatchSeats {
  readonly origin: { readonly queue: string; readonly teams: number; readonly teamSize: number };
  readonly guests: readonly ExpectedGuest[];
}

export interface AttendanceParts {
  readonly parts: MatchmakingParts;
  /** Undefined when this process may not report right now. */
  readonly seen: () => readonly MatchAttendance[] | undefined;
  readonly callOff: (matchId: string) => void;
  /** @returns a function that ends it */
  readonly every: (ms: number, run: () => void) => () => void;
  readonly log: (message: string, details: object) => void;
}

export class AttendanceLook {
  readonly #options: AttendanceParts;
  readonly #claims: SeatClaims;
  /** Matches with a decision, and guests as `<match id> <user id>`. */
  readonly #done = new Set<string>();
  readonly #stopLooking: () => void;
  #underWay: Promise<void> | undefined;
  #trouble = false;

  constructor(options: AttendanceParts) {
    this.#options = options;
    this.#claims = new SeatClaims(options.parts);
    this.#stopLooking = options.every(lookEveryMs, () => {
      this.#underWay ??= this.#look().finally(() => {
        this.#underWay = undefined;
      });
    });
  }

  async stop(): Promise<void> {
    this.#stopLooking();
    await this.#underWay;
  }

  async #look(): Promise<void> {
    const seen = this.#options.seen();
    if (seen === undefined) return;
    const all = seen.filter(({ origin }) => this.#options.parts.queues.has(origin.queue));
    let failure: unknown;
    const tried = async (work: Promise<void>) => {
      await work.catch((error) => {
        failure = error;
      });
    };
    await tried(this.#claims.keep(all.filter(({ origin }) => !this.#rules(origin.queue).alongside)));
    for (const each of all) await tried(this.#decide(each));
    this.#forget(all);
    // Logged once: it is retried all the time, and the store's own failure is logged elsewhere.
    if (failure !== undefined && !this.#trouble)
      this.#options.log("the attendance of a match could not be stored", { error: failure });
    this.#trouble = failure !== undefined;
  }

  async #decide(seen: MatchAttendance): Promise<void> {
    const { matchId, guests } = seen;
    const founding = guests.filter((guest) => guest.founding);
    if (founding.some(({ due }) => due) && !this.#done.has(matchId)) {
      await this.#decideOn(seen, founding);
      this.#done.add(matchId);
    }
    for (const { founding: isFounder, due, came, userId } of guests) {
      const key = `${matchId} ${userId}`;
      if (isFounder || !due || this.#done.has(key)) continue;
      if (!came) await this.#noShow(userId, seen);
      this.#done.add(key);
    }
  }

  async #decideOn(seen: MatchAttendance, founding: readonly ExpectedGuest[]): Promise<void> {
    const { matchId, origin } = seen;
    const { parts, callOff, log } = this.#options;
    const missing = founding.filter(({ came }) => !came).map(({ userId }) => userId);
    if (missing.length === 0) return;
    const rules = this.#rules(origin.queue);
    const bots = Math.max(0, origin.teams * origin.teamSize - founding.length);
    const verdict = verdictOf(rules, founding, rules.botsAfterSeconds === undefined ? 0 : bots);
    const { queue } = origin;
    // Read before the decision: a ticket that is put back no longer belongs to this match.
    const sent = await sentTo(parts, { matchId, queue, arrivals: founding });
    const decided: Decided = await decideOnMissing(parts, { matchId, queue, arrivals: founding, verdict });
    if (parts.nowMs() - decided.atMs < countedMsMax)
      for (const userId of missing) if (sent.has(userId)) await this.#noShow(userId, seen);
    log("players did not come to their match", { match: matchId, queue, missing, verdict: decided.verdict });
    if (decided.verdict === "call-off") callOff(matchId);
  }

  async #noShow(userId: string, { matchId, origin }: MatchAttendance): Promise<void> {
    const { parts } = this.#options;
    const { metrics = noMatchmakingMetrics } = parts;
    if (await recordNoShow(parts, userId, matchId)) metrics.noShow(origin.queue);
  }

  #rules(queue: string) {
    return this.#options.parts.queues.get(queue)!;
  }

  #forget(all: readonly MatchAttendance[]): void {
    const ids = new Set(all.map(({ matchId }) => matchId));
    for (const key of this.#done) if (!ids.has(key.split(" ")[0]!)) this.#done.delete(key);
  }
}
