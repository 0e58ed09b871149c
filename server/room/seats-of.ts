/**
 * How many seats a match has, as every list of matches says it: of its game, or of the queue that made it. It knows no
 * match and no player.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";

/** A game may have more seats than the queue that made a match uses. */
export function seatsOf(game: AnyGame, origin: MatchOrigin | undefined): number {
  return origin === undefined ? game.seats.max : origin.teams * origin.teamSize;
}
