/**
 * Paths around the walls: the map as a grid of cells, and for each goal a field of distances that is calculated
 * once and kept. A bot asks for the next point on its way. Pure apart from that cache.
 */
import { arenaMap, type Point } from "../../shared/games/arena/map.ts";
import { isFree, playerRadius } from "../../shared/games/arena/movement.ts";
import { wallBetween } from "../../shared/games/arena/sight.ts";

/** In units. Walls are at least as thick, so there is never one between two free neighbours. */
const cellSize = 40;
const columns = Math.ceil(arenaMap.width / cellSize);
const rows = Math.ceil(arenaMap.height / cellSize);
/** Number of cells to look ahead for cutting corners. */
const aheadMax = 5;

const isOpen = Uint8Array.from({ length: columns * rows }, (_, cell) => {
  const { x, y } = centre(cell);
  return isFree(x, y) ? 1 : 0;
});

/** By goal cell: steps to it from every cell, -1 where there is no path. At most one field per open cell: 3 MiB. */
const fields = new Map<number, Int16Array>();

/** Where to walk now to get to `goal`; the goal itself when the path is straight. */
export function nextPoint(from: Point, goal: Point): Point {
  if (isStraight(from, goal)) return goal;
  const field = fieldTo(openCellNear(goal));
  let cell = openCellNear(from);
  let next = centre(cell);
  for (let ahead = 0; ahead < aheadMax && field[cell]! > 0; ahead++) {
    cell = downhill(field, cell);
    const point = centre(cell);
    if (ahead > 0 && !isStraight(from, point)) break;
    next = point;
  }
  return next;
}

/** A player can walk from one to the other without touching a wall. */
function isStraight(from: Point, to: Point): boolean {
  const x = to.x - from.x;
  const y = to.y - from.y;
  const length = Math.sqrt(x * x + y * y);
  if (length < 1) return true;
  if (!isFree(to.x, to.y)) return false;
  // The two edges of the strip that the player covers.
  const sideX = (-y / length) * playerRadius;
  const sideY = (x / length) * playerRadius;
  return (
    !wallBetween(from.x + sideX, from.y + sideY, to.x + sideX, to.y + sideY) &&
    !wallBetween(from.x - sideX, from.y - sideY, to.x - sideX, to.y - sideY)
  );
}

function fieldTo(goal: number): Int16Array {
  const known = fields.get(goal);
  if (known) return known;
  const field = new Int16Array(columns * rows).fill(-1);
  field[goal] = 0;
  const queue = [goal];
  for (let head = 0; head < queue.length; head++) {
    const cell = queue[head]!;
    for (const neighbour of neighbours(cell)) {
      if (field[neighbour] !== -1) continue;
      field[neighbour] = field[cell]! + 1;
      queue.push(neighbour);
    }
  }
  fields.set(goal, field);
  return field;
}

function downhill(field: Int16Array, cell: number): number {
  let best = cell;
  for (const neighbour of neighbours(cell)) {
    if (field[neighbour]! >= 0 && field[neighbour]! < field[best]!) best = neighbour;
  }
  return best;
}

/** Open cells that share a side. */
function neighbours(cell: number): number[] {
  const column = cell % columns;
  const around: number[] = [];
  if (column > 0 && isOpen[cell - 1]) around.push(cell - 1);
  if (column < columns - 1 && isOpen[cell + 1]) around.push(cell + 1);
  if (cell >= columns && isOpen[cell - columns]) around.push(cell - columns);
  if (cell < columns * (rows - 1) && isOpen[cell + columns]) around.push(cell + columns);
  return around;
}

/** The cell of a point, or the nearest open one: a player who stands at a wall is in a closed cell. */
function openCellNear({ x, y }: Point): number {
  const column = Math.min(columns - 1, Math.max(0, Math.floor(x / cellSize)));
  const row = Math.min(rows - 1, Math.max(0, Math.floor(y / cellSize)));
  const cell = row * columns + column;
  if (isOpen[cell]) return cell;
  let best = cell;
  let nearest = Number.POSITIVE_INFINITY;
  for (let other = 0; other < isOpen.length; other++) {
    if (!isOpen[other]) continue;
    const at = centre(other);
    const distance = (at.x - x) ** 2 + (at.y - y) ** 2;
    if (distance >= nearest) continue;
    nearest = distance;
    best = other;
  }
  return best;
}

function centre(cell: number): Point {
  return { x: ((cell % columns) + 0.5) * cellSize, y: (Math.floor(cell / columns) + 0.5) * cellSize };
}
