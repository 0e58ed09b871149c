/**
 * Straight lines over the map: where a shot ends, whether two points see each other. Pure queries for the
 * rules, bots, drawing and prediction.
 */
import { arenaMap, type Rectangle } from "./map.ts";

/** A start and a direction of length 1. */
export interface Ray {
  readonly x: number;
  readonly y: number;
  readonly directionX: number;
  readonly directionY: number;
}

/** Distance from the ray's start to a wall or the map's edge, at most `reach` units. */
export function distanceToWall(ray: Ray, reach: number, map = arenaMap): number {
  let nearest = Math.min(reach, distanceToEdge(ray, map.width, map.height));
  for (const wall of map.walls) {
    const distance = distanceToRectangle(ray, wall);
    if (distance < nearest) nearest = distance;
  }
  return nearest;
}

/** True when a wall stands between the two points. */
export function wallBetween(ax: number, ay: number, bx: number, by: number, map = arenaMap): boolean {
  const length = Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
  if (!(length > 0)) return false;
  const ray = { x: ax, y: ay, directionX: (bx - ax) / length, directionY: (by - ay) / length };
  for (const wall of map.walls) if (distanceToRectangle(ray, wall) < length) return true;
  return false;
}

/** Distance along the ray to where it enters the circle; 0 from inside, Infinity when it misses. */
export function distanceToCircle(ray: Ray, x: number, y: number, radius: number): number {
  const toX = x - ray.x;
  const toY = y - ray.y;
  const apartSquared = toX * toX + toY * toY - radius * radius;
  if (apartSquared <= 0) return 0;
  const along = toX * ray.directionX + toY * ray.directionY;
  const under = along * along - apartSquared;
  return along > 0 && under >= 0 ? along - Math.sqrt(under) : Number.POSITIVE_INFINITY;
}

/** Slab method: the ray is inside where its stretches between both pairs of opposite sides overlap. */
function distanceToRectangle(ray: Ray, wall: Rectangle): number {
  let enter = 0;
  let leave = Number.POSITIVE_INFINITY;
  if (ray.directionX !== 0) {
    const low = (wall.x - ray.x) / ray.directionX;
    const high = (wall.x + wall.width - ray.x) / ray.directionX;
    enter = Math.max(enter, Math.min(low, high));
    leave = Math.min(leave, Math.max(low, high));
  } else if (ray.x < wall.x || ray.x > wall.x + wall.width) return Number.POSITIVE_INFINITY;
  if (ray.directionY !== 0) {
    const low = (wall.y - ray.y) / ray.directionY;
    const high = (wall.y + wall.height - ray.y) / ray.directionY;
    enter = Math.max(enter, Math.min(low, high));
    leave = Math.min(leave, Math.max(low, high));
  } else if (ray.y < wall.y || ray.y > wall.y + wall.height) return Number.POSITIVE_INFINITY;
  return enter <= leave ? enter : Number.POSITIVE_INFINITY;
}

/** Distance to the edge that the ray points to. It must start inside the map. */
function distanceToEdge(ray: Ray, width: number, height: number): number {
  let distance = Number.POSITIVE_INFINITY;
  if (ray.directionX > 0) distance = Math.min(distance, (width - ray.x) / ray.directionX);
  if (ray.directionX < 0) distance = Math.min(distance, ray.x / -ray.directionX);
  if (ray.directionY > 0) distance = Math.min(distance, (height - ray.y) / ray.directionY);
  if (ray.directionY < 0) distance = Math.min(distance, ray.y / -ray.directionY);
  return Math.max(0, distance);
}
