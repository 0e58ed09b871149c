/**
 * Applies the end of a match to its players' ratings, exactly once per match, however often and through whichever
 * instance it is recorded: the mark that it was applied and all ratings are one conditional write. The caller repeats
 * the call until it is answered, so that nothing is lost when either process dies in between.
 */

import type { UnixClock } from "../../shared/clock.ts";
import { absent, type Row } from "../rows/store.ts";
import { again, uncontended } from "../rows/uncontended.ts";
import { botRating, leaderboardScore, newRating, rated } from "./rating.ts";
import {
  outcomeKeptMs,
  outcomeKey,
  type PlayerRating,
  playerRating,
  queuePart,
  type RatingsContext,
  ratingKey,
} from "./rating-rows.ts";

export interface TeamOutcome {
  /** 1 is first; teams of equal rank drew. */
  readonly rank: number;
  readonly userIds: readonly string[];
  /** Bots in the team (botRating); their ratings are not kept. */
  readonly bots?: number;
}

/** Names by user id, for users who had one. */
type Names = Readonly<Record<string, string>>;

export interface MatchOutcome {
  readonly matchId: string;
  readonly queue: string;
  readonly teams: readonly TeamOutcome[];
  readonly names?: Names;
}

export type OutcomeResult =
  /** `applied` false: the outcome was counted earlier. */
  | { readonly ok: true; readonly applied: boolean }
  | { readonly ok: false; readonly code: "queue/unknown" | "outcome/invalid"; readonly detail: string };

export async function recordOutcome(
  parts: RatingsContext & { readonly nowMs: UnixClock },
  outcome: MatchOutcome,
): Promise<OutcomeResult> {
  const refusal = outcomeRefusal(parts, outcome);
  if (refusal) return refusal;
  const { store, nowMs } = parts;
  const part = queuePart(outcome.queue);
  const userIds = outcome.teams.flatMap((team) => team.userIds);
  const mark = outcomeKey(outcome.matchId);
  return uncontended(`recording the outcome of match ${outcome.matchId} failed`, async () => {
    const [applied, ...rows] = await store.read(part, [mark, ...userIds.map(ratingKey)]);
    if (applied) return { ok: true, applied: false };
    const before = new Map(userIds.map((userId, at) => [userId, rows[at]]));
    const after = ratingsAfter(outcome, before, nowMs());
    const result = await store.commit(part, {
      expect: [
        { key: mark, version: absent },
        ...userIds.map((userId) => ({
          key: ratingKey(userId),
          version: before.get(userId)?.version ?? absent,
        })),
      ],
      put: [
        { key: mark, value: String(nowMs()), keepMs: outcomeKeptMs },
        ...[...after].map(([userId, rating]) => ({
          key: ratingKey(userId),
          value: JSON.stringify(rating),
          score: leaderboardScore(rating),
        })),
      ],
    });
    if (result.ok) return { ok: true, applied: true };
    return again;
  });
}

/** A match without opponents changes no rating. */
function ratingsAfter(
  { teams, names = {} }: MatchOutcome,
  before: ReadonlyMap<string, Row | undefined>,
  ratedAtMs: number,
): Map<string, PlayerRating> {
  const known = (userId: string): PlayerRating => playerRating(before.get(userId)) ?? stranger();
  const playing = withOneBotSide(teams.filter(({ userIds, bots = 0 }) => userIds.length + bots > 0));
  if (playing.length < 2) return new Map();
  const after = rated(
    playing.map(({ rank, userIds, bots = 0 }) => ({
      rank,
      players: [...userIds.map(known), ...Array.from({ length: bots }, botRating)],
    })),
  );
  return new Map(
    playing.flatMap(({ userIds }, team) =>
      userIds.map((userId, at) => {
        const { mu, sigma } = after[team]![at]!;
        const name = names[userId] ?? known(userId).name;
        const matches = known(userId).matches + 1;
        return [userId, { ...(name !== undefined && { name }), mu, sigma, matches, ratedAtMs }] as const;
      }),
    ),
  );
}

/**
 * Sides of bots alone count as one, the middle one by place. The same bots play in every match, so that to win over five
 * says hardly more than to win over one.
 */
function withOneBotSide(teams: readonly TeamOutcome[]): readonly TeamOutcome[] {
  const byPlace = teams.filter(({ userIds }) => userIds.length === 0).sort((a, b) => a.rank - b.rank);
  const middle = byPlace[Math.floor((byPlace.length - 1) / 2)];
  return teams.filter((team) => team.userIds.length > 0 || team === middle);
}

const stranger = (): PlayerRating => ({ ...newRating(), matches: 0, ratedAtMs: 0 });

function outcomeRefusal(
  { queues }: RatingsContext,
  { queue, teams }: MatchOutcome,
): (OutcomeResult & { ok: false }) | undefined {
  if (!queues.has(queue)) return { ok: false, code: "queue/unknown", detail: `there is no queue "${queue}"` };
  const userIds = teams.flatMap((team) => team.userIds);
  if (new Set(userIds).size < userIds.length)
    return { ok: false, code: "outcome/invalid", detail: "a player is in it twice" };
  return undefined;
}
