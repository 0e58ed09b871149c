/**
 * What a match's end means for its players' ratings. Who left before the end comes last, behind everybody who
 * stayed, whatever his side made of it without him; who was invited and never came did not play.
 */
import type { Outcome, Seat } from "../../../shared/game.ts";
import type { EndedMatch } from "../../match/host.ts";
import type { MatchOutcome, TeamOutcome } from "../../matchmaking/ratings/outcomes.ts";

export function matchOutcome({ id, origin, outcome, state }: EndedMatch): MatchOutcome {
  const players = state.seats.flatMap((each) =>
    each.seat === "spectator" ? [] : [{ seat: each.seat, userId: each.userId, name: each.name }],
  );
  const stayed = new Set(players.map(({ userId }) => userId));
  const left = new Map(
    (state.departed ?? [])
      .filter(({ userId }) => !stayed.has(userId))
      .map(({ userId, name }) => [userId, name] as const),
  );
  // A bot goes when a player takes its seat, and does not come back.
  const everPlayers = new Set<Seat | "spectator">(
    [...players, ...(state.departed ?? [])].map(({ seat }) => seat),
  );
  const botSeats = outcome.players.flatMap(({ seat, bot }) =>
    bot === true && !everPlayers.has(seat) ? [seat] : [],
  );
  const sideOf = (seat: Seat) => Math.floor(seat / origin.teamSize);
  const userIdsOf = (team: number) =>
    players.filter(({ seat }) => sideOf(seat) === team).map(({ userId }) => userId);
  const teams: TeamOutcome[] = Array.from({ length: origin.teams }, (_, team) => ({
    rank: placeOf(outcome, (seat) => sideOf(seat) === team),
    userIds: userIdsOf(team),
    bots: botSeats.filter((seat) => sideOf(seat) === team).length,
  }));
  const last = outcome.ranking.length + 2;
  const deserters = [...left.keys()].map((userId) => ({ rank: last, userIds: [userId] }));
  const names = new Map([...left, ...players.map(({ userId, name }) => [userId, name] as const)]);
  return {
    ...{ matchId: id, queue: origin.queue },
    teams: [...teams, ...deserters],
    names: Object.fromEntries(names),
  };
}

/** The best place that a seat of the side has, from 1; behind all places when none has one. */
function placeOf({ ranking }: Outcome, isOfSide: (seat: Seat) => boolean): number {
  const place = ranking.findIndex((seats) => seats.some(isOfSide));
  return (place < 0 ? ranking.length : place) + 1;
}
