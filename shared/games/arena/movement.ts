/**
 * How a player moves: one call of `movePlayer` is one input and one step of 1/30 s. The server applies it to the
 * World, a client to its prediction. Positions and velocities stay on a grid of 1/16, which the View carries
 * exactly: a client that starts from the View and applies the same inputs gets the same bits.
 */
import { type ArenaMap, arenaMap, type Rectangle } from "./map.ts";

/** This is the game's tick rate. */
export const stepsPerSecond = 30;
/** Positions and velocities are whole multiples of 1 / gridPerUnit. */
export const gridPerUnit = 16;
/** In units. */
export const playerRadius = 16;
/** In units per second. A step is at most 9.4 units, less than the radius, so nobody passes through a wall. */
export const playerSpeedMax = 280;
/** Units per second that one step gains or loses: 5 steps to full speed, 6 to a standstill. */
const speedGainPerStep = 60;
const speedLossPerStep = 48;

/** Invariant: on the grid, inside the map, and at least `playerRadius` away from every wall. */
export interface MovingBody {
  x: number;
  y: number;
  /** Units per second. */
  vx: number;
  vy: number;
}

export interface MoveInput {
  /** -127..127 */
  readonly moveX: number;
  readonly moveY: number;
}

/** The input of a player who sends nothing: friction, no fire. */
export const noMove: MoveInput = { moveX: 0, moveY: 0 };

/** Moves `body` by one step of 1/30 s, in place. */
export function movePlayer(body: MovingBody, input: MoveInput, map: ArenaMap = arenaMap): void {
  steer(body, input);
  if (body.vx === 0 && body.vy === 0) return;
  const { x, y } = body;
  body.x = onGrid(x + body.vx / stepsPerSecond);
  body.y = onGrid(y + body.vy / stepsPerSecond);
  // A push out of one wall may lead into another one; a corner needs two rounds.
  for (let round = 0; round < 4; round++) if (!pushOut(body, map)) return;
  if (isFree(body.x, body.y, map)) return;
  // Wedged between walls: the step is taken back.
  body.x = x;
  body.y = y;
  body.vx = 0;
  body.vy = 0;
}

/** True when a player can stand here. */
export function isFree(x: number, y: number, map: ArenaMap = arenaMap): boolean {
  if (x < playerRadius || x > map.width - playerRadius) return false;
  if (y < playerRadius || y > map.height - playerRadius) return false;
  for (const wall of map.walls) if (isTouching(x, y, wall)) return false;
  return true;
}

/** Moves the velocity towards the wanted one by a bounded amount: acceleration and friction in one rule. */
function steer(body: MovingBody, input: MoveInput): void {
  const { moveX, moveY } = input;
  const length = Math.max(127, Math.sqrt(moveX * moveX + moveY * moveY));
  const targetX = (moveX / length) * playerSpeedMax;
  const targetY = (moveY / length) * playerSpeedMax;
  const changeX = targetX - body.vx;
  const changeY = targetY - body.vy;
  const change = Math.sqrt(changeX * changeX + changeY * changeY);
  const changeMax = moveX === 0 && moveY === 0 ? speedLossPerStep : speedGainPerStep;
  const part = change <= changeMax ? 1 : changeMax / change;
  body.vx = onGrid(body.vx + changeX * part);
  body.vy = onGrid(body.vy + changeY * part);
}

/** One round over edges and walls. True when something had to be pushed. */
function pushOut(body: MovingBody, map: ArenaMap): boolean {
  let pushed = stopAtEdges(body, map);
  for (const wall of map.walls) {
    if (!isTouching(body.x, body.y, wall)) continue;
    pushOutOf(body, wall);
    pushed = true;
  }
  return pushed;
}

function stopAtEdges(body: MovingBody, map: ArenaMap): boolean {
  const x = between(body.x, playerRadius, map.width - playerRadius);
  const y = between(body.y, playerRadius, map.height - playerRadius);
  if (x === body.x && y === body.y) return false;
  if (x !== body.x) body.vx = 0;
  if (y !== body.y) body.vy = 0;
  body.x = x;
  body.y = y;
  return true;
}

function isTouching(x: number, y: number, wall: Rectangle): boolean {
  const fromX = x - between(x, wall.x, wall.x + wall.width);
  const fromY = y - between(y, wall.y, wall.y + wall.height);
  return fromX * fromX + fromY * fromY < playerRadius * playerRadius;
}

/** Moves the body to the nearest place outside. Its velocity loses the part that points into the wall, so it slides. */
function pushOutOf(body: MovingBody, wall: Rectangle): void {
  const nearX = between(body.x, wall.x, wall.x + wall.width);
  const nearY = between(body.y, wall.y, wall.y + wall.height);
  const fromX = body.x - nearX;
  const fromY = body.y - nearY;
  const distance = Math.sqrt(fromX * fromX + fromY * fromY);
  // The centre cannot be inside a wall, as a step is shorter than the radius; if it is, movePlayer takes the step back.
  if (distance === 0) return;
  const normalX = fromX / distance;
  const normalY = fromY / distance;
  body.x = awayOnGrid(nearX + normalX * playerRadius, normalX);
  body.y = awayOnGrid(nearY + normalY * playerRadius, normalY);
  const inwards = body.vx * normalX + body.vy * normalY;
  if (inwards >= 0) return;
  body.vx = onGrid(body.vx - normalX * inwards);
  body.vy = onGrid(body.vy - normalY * inwards);
}

/** "+ 0" turns a negative zero into zero, as msgpack does not keep the difference. */
export function onGrid(value: number): number {
  return Math.round(value * gridPerUnit) / gridPerUnit + 0;
}

/** Rounded away from the wall, so that rounding never leads back into it. */
function awayOnGrid(value: number, normal: number): number {
  if (normal === 0) return value;
  const scaled = value * gridPerUnit;
  return (normal > 0 ? Math.ceil(scaled) : Math.floor(scaled)) / gridPerUnit + 0;
}

function between(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
