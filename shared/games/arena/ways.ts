/**
 * Ways over the map for bots: the points worth a walk (pickups and spawn points), and which of them are
 * connected by a straight walk. Follows from the map alone; it knows nothing of a World.
 */
import { arenaMap, type Point } from "./map.ts";
import { playerRadius } from "./movement.ts";
import { wallBetween } from "./sight.ts";

/** One unit narrower than a player, so that a player at a wall can walk along it; grazing a corner only turns them. */
const halfWidth = playerRadius - 1;

const { spawns, pickups } = arenaMap;

/** The places of the map's pickups, in its order, then its spawn points. */
export const wayPoints: readonly Point[] = [...pickups, ...spawns];

const known: (readonly number[])[] = [];

/** The points that a straight walk from one of them leads to. Calculated when a bot first asks. */
export function waysFrom(point: number): readonly number[] {
  const from = wayPoints[point]!;
  known[point] ??= [...wayPoints.keys()].filter((to) => to !== point && canWalk(from, wayPoints[to]!));
  return known[point];
}

/** True when a player can walk from one point to the other, both of them free, without a wall in the way. */
export function canWalk(from: Point, to: Point): boolean {
  const x = to.x - from.x;
  const y = to.y - from.y;
  const length = Math.sqrt(x * x + y * y);
  if (!(length > 0)) return true;
  // The two edges of the strip that the player covers. No wall is thin enough to fit in between.
  const sideX = (-y / length) * halfWidth;
  const sideY = (x / length) * halfWidth;
  return (
    !wallBetween(from.x + sideX, from.y + sideY, to.x + sideX, to.y + sideY) &&
    !wallBetween(from.x - sideX, from.y - sideY, to.x - sideX, to.y - sideY)
  );
}
