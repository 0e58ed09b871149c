/**
 * The ground of an arena match: walls, spawn points and pickup places, in units, x to the right and y down.
 * There is one map so far, mirrored left to right and top to bottom, so that no side is better. All numbers
 * are whole, so a wall's edge lies on the 1/16 grid on which players move.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Axis-aligned; (x, y) is the corner with the smallest coordinates. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export type PickupKind = "health" | "rapid" | "double";

export interface PickupPlace extends Point {
  readonly kind: PickupKind;
}

/**
 * Invariant: two walls, or a wall and the edge, either touch or leave room for a player (32 units); spawn
 * points and pickup places are at least 24 units away from walls and edges.
 */
export interface ArenaMap {
  readonly width: number;
  readonly height: number;
  readonly walls: readonly Rectangle[];
  readonly spawns: readonly Point[];
  /** At most 16: a View shows them as the bits of a uint16. */
  readonly pickups: readonly PickupPlace[];
}

const width = 2000;
const height = 1200;

export const arenaMap: ArenaMap = {
  width,
  height,
  walls: [
    // the cross in the middle
    { x: 900, y: 580, width: 200, height: 40 },
    { x: 980, y: 500, width: 40, height: 200 },
    // four corners that open towards the middle
    ...fourfold({ x: 300, y: 240, width: 200, height: 40 }),
    ...fourfold({ x: 300, y: 280, width: 40, height: 120 }),
    // four pillars around the cross
    ...fourfold({ x: 640, y: 420, width: 60, height: 60 }),
    // four bars on the upper and lower edge
    ...fourfold({ x: 560, y: 0, width: 40, height: 140 }),
    // covers before the edges
    { x: 160, y: 520, width: 40, height: 160 },
    { x: 1800, y: 520, width: 40, height: 160 },
    { x: 880, y: 200, width: 240, height: 40 },
    { x: 880, y: 960, width: 240, height: 40 },
  ],
  spawns: [
    ...fourfoldPoint({ x: 100, y: 100 }),
    ...fourfoldPoint({ x: 700, y: 100 }),
    ...fourfoldPoint({ x: 420, y: 340 }),
    ...fourfoldPoint({ x: 560, y: 540 }),
  ],
  pickups: [
    ...fourfoldPoint({ x: 220, y: 440 }).map((place) => ({ ...place, kind: "health" as const })),
    { x: 1000, y: 120, kind: "rapid" },
    { x: 1000, y: 1080, kind: "rapid" },
    { x: 820, y: 600, kind: "double" },
    { x: 1180, y: 600, kind: "double" },
  ],
};

/** A rectangle of the upper left quarter and its three mirror images. */
function fourfold(wall: Rectangle): Rectangle[] {
  const right = width - wall.x - wall.width;
  const lower = height - wall.y - wall.height;
  return [wall, { ...wall, x: right }, { ...wall, y: lower }, { ...wall, x: right, y: lower }];
}

function fourfoldPoint({ x, y }: Point): Point[] {
  return [
    { x, y },
    { x: width - x, y },
    { x, y: height - y },
    { x: width - x, y: height - y },
  ];
}
