/**
 * What the end of a match means for its players' ratings. A player who left before the end ranks behind everybody who
 * stayed, whatever their side did without them; the first to leave ranks last. An invited player who never came did
 * not play.
 */
import type { Outcome, Seat } from "../../shared/game/game.ts";
import type { MatchOutcome, TeamOutcome } from "./outcomes.ts";

interface SeatedUser {
  readonly seat: Seat | "spectator";
  readonly userId: string;
  readonly name: string;
}

/** A match that a queue made and that has ended. */
export interface EndedQueueMatch {
  readonly id: string;
  /** The side t has the seats from t × teamSize on. */
  readonly origin: { readonly queue: string; readonly teams: number; readonly teamSize: number };
  readonly outcome: Outcome;
  readonly state: {
    /** Seats at the end, held ones included. */
    readonly seats: readonly SeatedUser[];
    /** Players who left earlier, and the tick of each. */
    readonly departed?: readonly (SeatedUser & { readonly tick?: number | undefined })[] | undefined;
  };
}

export function matchOutcome({ id, origin, outcome, state }: EndedQueueMatch): MatchOutcome {
  const players = state.seats.flatMap((each) =>
    each.seat === "spectator" ? [] : [{ seat: each.seat, userId: each.userId, name: each.name }],
  );
  const stayed = new Set(players.map(({ userId }) => userId));
  const left = new Map(
    (state.departed ?? [])
      .filter(({ userId }) => !stayed.has(userId))
      .map((each) => [each.userId, each] as const),
  );
  // A bot leaves when a player takes its seat, and does not return.
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
  // For a player who left twice, the later time counts.
  const leftLater = [...new Set([...left.values()].map(({ tick = 0 }) => tick))].sort((a, b) => b - a);
  const behind = outcome.ranking.length + 2;
  const deserters = [...left.values()].map(({ userId, tick = 0 }) => ({
    rank: behind + leftLater.indexOf(tick),
    userIds: [userId],
  }));
  const names = new Map([...left.values(), ...players].map(({ userId, name }) => [userId, name]));
  return {
    ...{ matchId: id, queue: origin.queue },
    teams: [...teams, ...deserters],
    names: Object.fromEntries(names),
  };
}

/** The best place of the side's seats, from 1; behind all places when none has one. */
function placeOf({ ranking }: Outcome, isOfSide: (seat: Seat) => boolean): number {
  const place = ranking.findIndex((seats) => seats.some(isOfSide));
  return (place < 0 ? ranking.length : place) + 1;
}
