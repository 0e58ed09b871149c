/** Ratings and leaderboards over HTTP, for anybody to read. */
import type { RatingInfo } from "../../../shared/wire/ratings.ts";
import { routes } from "../../../shared/wire/routes.ts";
import type { MatchmakingParts } from "../../matchmaking/parts.ts";
import { leaderboard, type RatedPlayer, ratingsOf } from "../../ratings/ratings.ts";
import type { RouteServer } from "../serve-route.ts";

export function addRatingRoutes(server: RouteServer, parts: MatchmakingParts): void {
  server.add(routes.readPlayer, async ({ params: { id: userId } }) => {
    const found = Object.entries(await ratingsOf(parts, userId));
    const ratings = Object.fromEntries(found.map(([queue, player]) => [queue, ratingInfo(player)]));
    return { ok: true, value: { userId, ratings } };
  });
  server.add(routes.readLeaderboard, async ({ params: { queue }, query: { from, count } }) => {
    const page = await leaderboard(parts, { queue, from, count });
    if (!page.ok) return page;
    const players = page.players.map((player, at) => ({
      place: from + at + 1,
      userId: player.userId,
      ...(player.name !== undefined && { name: player.name }),
      ...ratingInfo(player),
    }));
    return { ok: true, value: { players } };
  });
}

function ratingInfo({ mu, sigma, score, matches, ratedAtMs }: RatedPlayer): RatingInfo {
  return { mu, sigma, score, matches, ratedAt: new Date(ratedAtMs).toISOString() };
}
