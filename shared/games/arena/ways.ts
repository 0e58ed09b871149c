/**
 * Ways over the map: the points that are worth a walk (where one spawns, where something lies), and between
 * which of them one can walk straight on. Worked out once from the map; it knows nothing of a World.
 */
import { arenaMap, type Point } from "./map.ts";
import { playerRadius } from "./movement.ts";
import { wallBetween } from "./sight.ts";

/** A unit narrower than a player: who stands at a wall can walk along it, and a grazed corner only turns them. */
const halfWidth = playerRadius - 1;

const { spawns, pickups } = arenaMap;

/** The places of the map's pickups, in its order, then its spawn points. */
export const wayPoints: readonly Point[] = [...pickups, ...spawns];

/** By way point: those to which a straight way leads. */
export const waysFrom: readonly (readonly number[])[] = wayPoints.map((from) =>
  [...wayPoints.keys()].filter((to) => wayPoints[to] !== from && canWalk(from, wayPoints[to]!)),
);

/** True when a player can walk from one point to the other, both of them free, without a wall in the way. */
export function canWalk(from: Point, to: Point): boolean {
  const x = to.x - from.x;
  const y = to.y - from.y;
  const length = Math.sqrt(x * x + y * y);
  if (!(length > 0)) return true;
  // The two edges of the strip that they cover. No wall is so thin that it fits in between.
  const sideX = (-y / length) * halfWidth;
  const sideY = (x / length) * halfWidth;
  return (
    !wallBetween(from.x + sideX, from.y + sideY, to.x + sideX, to.y + sideY) &&
    !wallBetween(from.x - sideX, from.y - sideY, to.x - sideX, to.y - sideY)
  );
}
