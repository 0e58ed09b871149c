/**
 * How the match of a queue ended, as a durable room says it: the places of its sides, and who was on them at that moment, so
 * that it counts alike no matter who leaves afterwards. It is kept in the room's World. Pure.
 */
import type { Outcome, Seat } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import type { MatchState, SeatState } from "./state.ts";

/** Those whom an outcome is about. */
export interface LineUpAtEnd {
  readonly seats: readonly Pick<SeatState, "seat" | "userId" | "name">[];
  /** Players who left before, as the state has them. */
  readonly departed?: MatchState["departed"];
}

export interface RoomResult extends LineUpAtEnd {
  /** Seats of each place, best first. */
  readonly ranking: readonly (readonly Seat[])[];
  /** Seats that the queue left to the room's own bots, and that no player has taken since. */
  readonly bots: readonly Seat[];
}

/** Undefined: the room has said nothing. */
export const resultOf = (world: object): RoomResult | undefined => (world as { result?: RoomResult }).result;

/**
 * @param places the numbers of the sides, best first; those of one place share a list
 * @throws RangeError naming the side that does not exist, or is there twice or not at all
 */
export function roomResult(
  places: readonly (readonly number[])[],
  { teams, teamSize, invited = [] }: MatchOrigin,
  { seats, departed = [] }: Pick<MatchState, "seats" | "departed">,
): RoomResult {
  const sides = places.flat();
  for (let side = 0; side < teams; side++)
    if (sides.filter((each) => each === side).length !== 1)
      throw new RangeError(`every side from 0 to ${teams - 1} has one place, side ${side} has not`);
  if (sides.length !== teams)
    throw new RangeError(`there are ${teams} sides, and ${sides.length} were ranked`);
  const seatsOf = (side: number) => Array.from({ length: teamSize }, (_, at) => side * teamSize + at);
  const wereTaken = new Set([...invited, ...seats, ...departed].map(({ seat }) => seat));
  return {
    ranking: places.map((place) => place.flatMap(seatsOf)),
    bots: sides.flatMap(seatsOf).filter((seat) => !wereTaken.has(seat)),
    seats: seats.map(({ seat, userId, name }) => ({ seat, userId, name })),
    departed: [...departed],
  };
}

/** The outcome of a room that is over. */
export function outcomeOf(result: RoomResult | undefined, reason: string): Outcome {
  if (result === undefined) return { ranking: [], players: [], reason };
  const { ranking, bots, seats } = result;
  const players = seats.flatMap(({ seat, name }) =>
    seat === "spectator" ? [] : [{ seat, name, numbers: {} }],
  );
  const inPlay = new Set([...players.map(({ seat }) => seat), ...bots]);
  return {
    ranking: ranking.map((place) => place.filter((seat) => inPlay.has(seat))),
    players: [...players, ...bots.map((seat) => ({ seat, name: "bot", bot: true, numbers: {} }))],
    reason,
  };
}
