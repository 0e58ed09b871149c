/**
 * The requests at the end of a run, when the faults have stopped: is every match over, what is each player told of
 * their tickets, and which matches count for which player? The answers become evidence.
 */
import { ApiError, fetchMatch } from "../../../shared/client/api.ts";
import { fetchRatings } from "../../../shared/client/ratings.ts";
import { until } from "../until.ts";
import { newest } from "./history.ts";
import type { MatchmakingSetup } from "./setup.ts";

/** A match that everybody left is abandoned after 30 s. */
const matchesOverMsMax = 60_000;
/** An ended ticket is kept for ten minutes. */
const ticketKeptMs = 9 * 60_000;
const questionsAtOnce = 8;

export async function audit(setup: MatchmakingSetup, signal: AbortSignal): Promise<void> {
  setup.evidence.endless.push(...(await endlessMatches(setup, signal)));
  await askEverything(setup);
}

/** What every player is told of their tickets, and which matches count for them. */
export async function askEverything({ evidence, players }: MatchmakingSetup): Promise<void> {
  const since = Date.now() - ticketKeptMs;
  const questions = [...evidence.tickets.values()].flatMap((ticket) => {
    if ((newest(ticket).endedAtMs ?? since) < since) return [];
    const { id, userIds } = ticket;
    return players.filter(({ userId }) => userIds.includes(userId)).map((player) => ({ player, id }));
  });
  const askNext = async (): Promise<void> => {
    for (let next = questions.pop(); next; next = questions.pop()) await next.player.read(next.id);
  };
  await Promise.all(Array.from({ length: questionsAtOnce }, askNext));
  const rated = players.map(async (player) => {
    const { ratings } = await player.insist((access) => fetchRatings(access, player.userId));
    const matches = Object.entries(ratings).map(([queue, rating]) => [queue, rating.matches] as const);
    return [player.userId, Object.fromEntries(matches)] as const;
  });
  evidence.rated = new Map(await Promise.all(rated));
}

/** Matches that do not end, so that it is unknown which players they count for. */
async function endlessMatches(
  { evidence, origins }: MatchmakingSetup,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let left = [...new Set(evidence.visits.map(({ matchId }) => matchId))];
  const look = async () => {
    const [next] = left;
    if (next === undefined) return true;
    const isOver = await fetchMatch({ url: origins }, next).then(
      () => false,
      (error) => error instanceof ApiError && error.code === "match/unknown",
    );
    if (isOver) left = left.slice(1);
    return left.length === 0;
  };
  await until(look, { msMax: matchesOverMsMax, signal });
  return left;
}
