/**
 * The sides of a match: which seat is on which, who are friends, what a side has scored. A side keeps its
 * score when players leave: it never falls. When each player is a side of their own, a seat's next player
 * is a new side and starts at 0.
 */
import type { Seat } from "../../../game/game.ts";
import type { ArenaWorld, Player } from "../world.ts";

type Sided = Pick<ArenaWorld, "teamSize">;

export function sideOf({ teamSize }: Sided, seat: Seat): number {
  return Math.floor(seat / teamSize);
}

/** Also true for a seat and itself: nobody is their own enemy. */
export function areFriends(world: Sided, seat: Seat, other: Seat): boolean {
  return sideOf(world, seat) === sideOf(world, other);
}

/** Scores by side, including sides that nobody has joined yet. */
export function sideScores(world: ArenaWorld): number[] {
  const scores = world.leaverScores.slice();
  for (const { seat, score } of world.players) scores[sideOf(world, seat)]! += score;
  return scores;
}

/** A player comes to a seat. Without teams, the score of the seat's earlier player no longer counts. */
export function startScore(world: ArenaWorld, seat: Seat): void {
  if (world.teamSize === 1) world.leaverScores[seat] = 0;
}

/** Keeps the score of a player who leaves. */
export function keepScore(world: ArenaWorld, { seat, score }: Player): void {
  world.leaverScores[sideOf(world, seat)]! += score;
}
