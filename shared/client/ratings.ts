/** Queues and ratings, which anybody may read without a session. */
import type { LeaderboardPage, PlayerRatings } from "../wire/ratings.ts";
import type { QueueInfo } from "../wire/tickets.ts";
import { type ApiAccess, ask } from "./api.ts";

/** @throws ApiError */
export const fetchRatings = (access: ApiAccess, userId: string): Promise<PlayerRatings> =>
  ask(access, "readPlayer", { params: { id: userId } });

/** @param page `from` 0 is the best. @throws ApiError `queue/unknown` */
export const fetchLeaderboard = (
  access: ApiAccess,
  queue: string,
  page: { from?: number; count?: number } = {},
): Promise<LeaderboardPage> => ask(access, "readLeaderboard", { params: { queue }, query: { ...page } });

/** @throws ApiError */
export const fetchQueues = async (access: ApiAccess): Promise<readonly QueueInfo[]> =>
  (await ask(access, "listQueues", {})).queues;
