/**
 * How a bot plays the arena: from what it sees to the next input. Pure apart from the state and the random
 * state that it is given; the same View, state and seed give the same input. It sees only the View, like
 * any player, and it is beatable (bot-state.ts).
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import { angleOf, cosine, sine, turn } from "../../shared/game/deterministic/trig.ts";
import { type ArenaInput, fireButton } from "../../shared/games/arena/input.ts";
import { arenaMap, type Point } from "../../shared/games/arena/map.ts";
import { isFree } from "../../shared/games/arena/movement.ts";
import { weapons } from "../../shared/games/arena/rules/weapons.ts";
import { wallBetween } from "../../shared/games/arena/sight.ts";
import type { ArenaView, PlayerView } from "../../shared/games/arena/view-schema.ts";
import type { Weapon } from "../../shared/games/arena/world.ts";
import { type BotState, stepsPerSecond } from "./bot-state.ts";
import { nextPoint } from "./paths.ts";

/** Units. */
const sightMax = 900;
const detourMax = 450;
const arrivedAt = 24;
/** Distance at which it notices that it circles into a wall. */
const lookAhead = 40;
const fullSpeed = 127;
const woundedBelow = 40;
/** Farther away the rail gun is better, nearer than the second one the blaster. */
const farAway = 480;
const near = 300;

export type BotInput = Omit<ArenaInput, "seq">;

/** @param seat the bot's own */
export function decide(view: ArenaView, seat: number, state: BotState, random: RandomState): BotInput {
  state.step += 1;
  const self = view.players?.get(String(seat));
  if (!self?.alive) return lieStill(state);
  if (state.step >= state.thinkAtStep) think(view, self, seat, { state, random });
  const target = state.target < 0 ? undefined : view.players.get(String(state.target));
  const direction = steer(self, target, state, random);
  const buttons = target?.alive ? aimAt(self, target, state, random) : 0;
  if (!target?.alive) turnTo(state, direction);
  return { ...movement(direction), aim: state.aim, buttons, seen: 0 };
}

function lieStill(state: BotState): BotInput {
  state.target = -1;
  state.thinkAtStep = 0;
  return { moveX: 0, moveY: 0, aim: state.aim, buttons: 0, seen: 0 };
}

interface BotThinker {
  readonly state: BotState;
  readonly random: RandomState;
}

/** Decides several times a second which opponent to fight and where to go. */
function think(view: ArenaView, self: PlayerView, seat: number, { state, random }: BotThinker): void {
  const { thinkSteps, hunts, takesCover } = state.skill;
  state.thinkAtStep = state.step + thinkSteps + nextBelow(random, thinkSteps);
  const { seen, nearest } = lookAround(view, self, seat);
  if (seen !== state.target) {
    state.target = seen;
    state.targetSinceStep = state.step;
  }
  const wounded = self.health < woundedBelow;
  const pickup = bestPickup(view, self, wounded);
  const opponent = seen < 0 ? undefined : view.players.get(String(seen));
  state.wantedGun = wantedGun(self, opponent, state);
  const cover = wounded && takesCover && opponent !== undefined ? coverFrom(opponent, self) : undefined;
  if (pickup && (wounded || seen < 0)) state.goal = pickup;
  else if (cover) state.goal = cover;
  else if (nearest && (hunts || seen >= 0)) state.goal = { x: nearest.x, y: nearest.y };
  else if (state.goal.x === 0 || distance(self, state.goal) < arrivedAt) state.goal = somewhere(random);
  state.waypoint = nextPoint(self, state.goal);
}

/** Seat of the nearest enemy in sight, and the nearest enemy anywhere, whom the bot looks for. */
function lookAround(
  view: ArenaView,
  self: PlayerView,
  seat: number,
): { seen: number; nearest: Point | undefined } {
  let seen = -1;
  let seenAt = sightMax;
  let nearest: Point | undefined;
  let nearestAt = Number.POSITIVE_INFINITY;
  view.players.forEach((other, key) => {
    if (Number(key) === seat || !other.alive) return;
    const at = distance(self, other);
    if (at < nearestAt) {
      nearestAt = at;
      nearest = other;
    }
    if (at >= seenAt || wallBetween(self.x, self.y, other.x, other.y)) return;
    seenAt = at;
    seen = Number(key);
  });
  return { seen, nearest };
}

/** The nearest place that the opponent does not see. */
function coverFrom(opponent: Point, self: Point): Point | undefined {
  let found: Point | undefined;
  for (const place of arenaMap.spawns) {
    if (found !== undefined && distance(self, place) >= distance(self, found)) continue;
    if (wallBetween(opponent.x, opponent.y, place.x, place.y)) found = place;
  }
  return found;
}

/** Between the two distances it keeps the one that it has. */
function wantedGun(self: PlayerView, opponent: Point | undefined, { skill }: BotState): Weapon | undefined {
  if (!skill.changesGun || opponent === undefined) return undefined;
  const apart = distance(self, opponent);
  if (apart > farAway) return "rail";
  return apart < near ? "blaster" : undefined;
}

function bestPickup(view: ArenaView, self: PlayerView, wounded: boolean): Point | undefined {
  let best: Point | undefined;
  let nearest = wounded ? Number.POSITIVE_INFINITY : detourMax;
  for (let place = 0; place < arenaMap.pickups.length; place++) {
    const pickup = arenaMap.pickups[place]!;
    if (((view.pickups >> place) & 1) === 0 || (pickup.kind === "health") !== wounded) continue;
    const at = distance(self, pickup);
    if (at >= nearest) continue;
    nearest = at;
    best = pickup;
  }
  return best;
}

/** The direction to walk in, 0..65535. */
function steer(
  self: PlayerView,
  target: PlayerView | undefined,
  state: BotState,
  random: RandomState,
): number {
  noticeBeingStuck(self, state, random);
  if (state.step < state.wanderUntilStep) return state.wander;
  const fights = target?.alive === true && self.health >= woundedBelow;
  if (fights) return circle(self, target, state, random);
  if (distance(self, state.waypoint) < arrivedAt) state.thinkAtStep = 0;
  return angleOf(state.waypoint.x - self.x, state.waypoint.y - self.y);
}

/** Circles the target, moving nearer when it is far and away when it is near. */
function circle(self: PlayerView, target: PlayerView, state: BotState, random: RandomState): number {
  if (state.step >= state.sideUntilStep) {
    state.side = nextBelow(random, 2) === 0 ? -1 : 1;
    state.sideUntilStep = state.step + stepsPerSecond / 2 + nextBelow(random, stepsPerSecond * 2);
  }
  const towards = angleOf(target.x - self.x, target.y - self.y);
  const error = distance(self, target) - state.skill.distance;
  // 90 degrees is a pure circle; up to 60 degrees of it correct the distance.
  const inwards = Math.max(-1, Math.min(1, error / 150)) * (turn / 6);
  const direction = wrapped(towards + state.side * (turn / 4 - inwards));
  if (isFree(self.x + cosine(direction) * lookAhead, self.y + sine(direction) * lookAhead)) return direction;
  state.side = -state.side;
  return wrapped(towards + state.side * (turn / 4 - inwards));
}

/** Twice a second: a bot that wanted to walk and has not moved goes in a random direction for a moment. */
function noticeBeingStuck(self: PlayerView, state: BotState, random: RandomState): void {
  if (state.step < state.checkAtStep) return;
  state.checkAtStep = state.step + stepsPerSecond / 2;
  const stuck = Math.abs(self.x - state.lastX) + Math.abs(self.y - state.lastY) < arrivedAt / 2;
  state.lastX = self.x;
  state.lastY = self.y;
  if (!stuck) return;
  state.wander = nextBelow(random, turn);
  state.wanderUntilStep = state.step + 8 + nextBelow(random, 12);
}

/** Turns the gun towards where the target will be. @returns the buttons */
function aimAt(self: PlayerView, target: PlayerView, state: BotState, random: RandomState): number {
  if (state.step >= state.missUntilStep) {
    state.miss = nextBelow(random, 2 * state.skill.missMax + 1) - state.skill.missMax;
    state.missUntilStep = state.step + 6 + nextBelow(random, 12);
  }
  const flight = self.weapon === "rail" ? 0 : distance(self, target) / weapons.blaster.speed;
  const lead = (flight * state.skill.leadPercent) / 100;
  const x = target.x + target.vx * lead - self.x;
  const y = target.y + target.vy * lead - self.y;
  const left = turnTo(state, angleOf(x, y) + state.miss);
  const hasReacted = state.step - state.targetSinceStep >= state.skill.reactionSteps;
  return hasReacted && Math.abs(left) < state.skill.turnMax && inBurst(state, random) ? fireButton : 0;
}

/** @returns the angle that is left to turn */
function turnTo(state: BotState, wanted: number): number {
  const left = wrapped(wanted - state.aim + turn / 2) - turn / 2;
  const { turnMax } = state.skill;
  const turned = Math.max(-turnMax, Math.min(turnMax, left));
  state.aim = (state.aim + turned) & (turn - 1);
  return left - turned;
}

function inBurst(state: BotState, random: RandomState): boolean {
  if (state.step >= state.restUntilStep) {
    state.burstUntilStep = state.step + 15 + nextBelow(random, 25);
    const { restStepsMax } = state.skill;
    state.restUntilStep = state.burstUntilStep + nextBelow(random, restStepsMax + 1);
  }
  return state.step < state.burstUntilStep;
}

function movement(direction: number): { moveX: number; moveY: number } {
  return {
    moveX: Math.round(cosine(direction) * fullSpeed),
    moveY: Math.round(sine(direction) * fullSpeed),
  };
}

/** Any number as a whole angle, 0..65535. */
function wrapped(angle: number): number {
  return Math.round(angle) & (turn - 1);
}

function somewhere(random: RandomState): Point {
  return arenaMap.spawns[nextBelow(random, arenaMap.spawns.length)]!;
}

function distance(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}
