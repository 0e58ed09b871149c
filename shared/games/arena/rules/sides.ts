/**
 * The sides of a match: which seat is of which, who are friends, what a side has scored. A side keeps what
 * was scored for it, whoever leaves: its score never falls. When everybody is a side of their own, a seat's
 * next player is another side, and starts at 0.
 */
import type { Seat } from "../../../game/game.ts";
import type { ArenaWorld, Player } from "../world.ts";

type Sided = Pick<ArenaWorld, "teamSize">;

export function sideOf({ teamSize }: Sided, seat: Seat): number {
  return Math.floor(seat / teamSize);
}

/** True for one seat twice: nobody is their own enemy. */
export function areFriends(world: Sided, seat: Seat, other: Seat): boolean {
  return sideOf(world, seat) === sideOf(world, other);
}

/** By side, those included in which nobody has been. */
export function sideScores(world: ArenaWorld): number[] {
  const scores = world.leaverScores.slice();
  for (const { seat, score } of world.players) scores[sideOf(world, seat)]! += score;
  return scores;
}

/** Somebody comes to the seat. */
export function startScore(world: ArenaWorld, seat: Seat): void {
  if (world.teamSize === 1) world.leaverScores[seat] = 0;
}

/** They leave. */
export function keepScore(world: ArenaWorld, { seat, score }: Player): void {
  world.leaverScores[sideOf(world, seat)]! += score;
}
