/**
 * When a match is over, and its outcome. Sides are ranked by score, equals share a place, and all seats of a
 * side are in one place. Players who left count with their side while anybody of it is there, bots included;
 * empty sides come after the others, ranked the same way.
 */
import type { Outcome, Seat } from "../../../game/game.ts";
import { type ArenaWorld, type Departed, type Ending, ticksPerSecond } from "../world.ts";
import { sideOf, sideScores } from "./sides.ts";

/** A match with no real player in it for this long is abandoned. */
export const abandonedTicks = 30 * ticksPerSecond;

/** Empty while the match goes on. A score that reaches the limit in the last tick wins over the clock. */
export function dueEnding(world: ArenaWorld): Ending {
  if (sideScores(world).some((score) => score >= world.scoreLimit)) return "score";
  if (world.phase === "playing" && world.tick >= world.endsAtTick) return "clock";
  return world.emptyTicks >= abandonedTicks ? "abandoned" : "";
}

/** The place of a side among those that are not empty. 1 is the first. */
export function placeOf(world: ArenaWorld, side: number): number {
  const scores = sideScores(world);
  return 1 + presentSides(world).filter((other) => scores[other]! > scores[side]!).length;
}

/**
 * `players` has everyone who played, those present first. `ranking` has each seat once, even if several
 * players had it one after the other.
 */
export function outcomeOf(world: ArenaWorld): Outcome | undefined {
  if (world.phase !== "over") return undefined;
  return {
    ranking: ranking(world),
    players: [...world.players, ...world.departed].map(numbersOf),
    reason: world.ending,
  };
}

function ranking(world: ArenaWorld): Seat[][] {
  const played = [...world.players, ...world.departed].map(({ seat }) => seat);
  const seats = [...new Set(played)].sort((a, b) => a - b);
  const present = presentSides(world);
  const left = sidesOf(world, seats).filter((side) => !present.includes(side));
  const places = [...byScore(world, present), ...byScore(world, left)];
  return places.map((sides) => seats.filter((seat) => sides.includes(sideOf(world, seat))));
}

function presentSides(world: ArenaWorld): number[] {
  return sidesOf(
    world,
    world.players.map(({ seat }) => seat),
  );
}

function sidesOf(world: ArenaWorld, seats: readonly Seat[]): number[] {
  return [...new Set(seats.map((seat) => sideOf(world, seat)))];
}

/** The sides, best first; each inner list has those with the same score. */
function byScore(world: ArenaWorld, sides: readonly number[]): number[][] {
  const scores = sideScores(world);
  const falling = [...new Set(sides.map((side) => scores[side]!))].sort((a, b) => b - a);
  return falling.map((score) => sides.filter((side) => scores[side] === score));
}

function numbersOf({ seat, name, bot, score, deaths, shots, hits }: Departed): Outcome["players"][number] {
  return { seat, name, numbers: { score, deaths, shots, hits }, ...(bot ? { bot } : {}) };
}
