/** How a handler finds out where users play, as types: server and games name them, and know nothing else of each other. */

/** Where a user plays now: the match in which they have a connection. */
export interface UserLocation {
  readonly matchId: string;
  readonly game: string;
}

/**
 * Where users play, on whatever node of the fleet, by user id; who is nowhere is not in it. It may be some seconds late, and
 * half a minute when a node died. At most 100 users at once. Rejects when the store is away.
 */
export type Locate = (userIds: readonly string[]) => Promise<ReadonlyMap<string, UserLocation>>;
