/** Who has a connection in this process, and in which match. */
import type { UserLocation } from "../../shared/game/locate.ts";
import type { MatchHost } from "./host.ts";

/** Players and spectators; one in several matches is in the one that came last. */
export function connectedUsers<Frame>(
  host: Pick<MatchHost<Frame>, "all">,
): ReadonlyMap<string, UserLocation> {
  const users = new Map<string, UserLocation>();
  for (const { live } of host.all()) {
    const { game, state } = live.match;
    for (const { userId, droppedAt } of state.seats)
      if (droppedAt === undefined) users.set(userId, { matchId: live.id, game: game.name });
  }
  return users;
}
