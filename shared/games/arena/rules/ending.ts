/**
 * When a match is over and what came of it. Those who stayed are ranked by score, equals share a place;
 * those who left come after them, ranked the same way.
 */
import type { Outcome, Seat } from "../../../game.ts";
import { type ArenaWorld, type Departed, type Ending, ticksPerSecond } from "../world.ts";

/** A match with nobody in it for so long is abandoned. */
export const abandonedTicks = 30 * ticksPerSecond;

/** Empty while the match goes on. A score that reaches the limit in the last tick wins over the clock. */
export function dueEnding(world: ArenaWorld): Ending {
  for (const player of world.players) if (player.score >= world.scoreLimit) return "score";
  if (world.phase === "playing" && world.tick >= world.endsAtTick) return "clock";
  return world.emptyTicks >= abandonedTicks ? "abandoned" : "";
}

/** 1 is the first. */
export function placeOf(world: ArenaWorld, score: number): number {
  let place = 1;
  for (const other of world.players) if (other.score > score) place++;
  return place;
}

/**
 * `players` has everyone who played, the present ones first; `ranking` has each seat once, for who had it
 * last: a seat may have been taken by several players, one after the other.
 */
export function outcomeOf(world: ArenaWorld): Outcome | undefined {
  if (world.phase !== "over") return undefined;
  return {
    ranking: [...places(world.players), ...places(lastLeavers(world))],
    players: [...world.players, ...world.departed].map(numbersOf),
    reason: world.ending,
  };
}

/** Who left last of each seat that is free now. */
function lastLeavers(world: ArenaWorld): Departed[] {
  const bySeat = new Map<Seat, Departed>();
  for (const departed of world.departed) bySeat.set(departed.seat, departed);
  for (const { seat } of world.players) bySeat.delete(seat);
  return [...bySeat.values()];
}

function places(contenders: readonly Departed[]): Seat[][] {
  const scores = [...new Set(contenders.map(({ score }) => score))].sort((a, b) => b - a);
  return scores.map((score) => seatsWith(contenders, score));
}

function seatsWith(contenders: readonly Departed[], score: number): Seat[] {
  return contenders
    .filter((contender) => contender.score === score)
    .map(({ seat }) => seat)
    .sort((a, b) => a - b);
}

function numbersOf({ seat, name, score, deaths, shots, hits }: Departed): Outcome["players"][number] {
  return { seat, name, numbers: { score, deaths, shots, hits } };
}
