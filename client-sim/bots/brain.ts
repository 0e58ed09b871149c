/**
 * How a bot plays the arena: from what it sees to the next input. Pure apart from its mind and its random
 * state, which it is given; the same View, mind and seed give the same input. It sees only the View, like
 * any player, and it is no champion (bot-state.ts).
 */
import { nextBelow, type RandomState } from "../../shared/game/deterministic/random.ts";
import { angleOf, cosine, sine, turn } from "../../shared/game/deterministic/trig.ts";
import { type ArenaInput, fireButton } from "../../shared/games/arena/input.ts";
import { arenaMap, type Point } from "../../shared/games/arena/map.ts";
import { isFree } from "../../shared/games/arena/movement.ts";
import { weapons } from "../../shared/games/arena/rules/weapons.ts";
import { wallBetween } from "../../shared/games/arena/sight.ts";
import type { ArenaView, PlayerView } from "../../shared/games/arena/view-schema.ts";
import { type BotState, stepsPerSecond } from "./bot-state.ts";
import { nextPoint } from "./paths.ts";

/** Units. */
const sightMax = 900;
const detourMax = 450;
const arrivedAt = 24;
/** Distance at which it sees that it circles into a wall. */
const lookAhead = 40;
/** 65536 to a turn, per step. */
const turnMax = 2600;
const fullSpeed = 127;
const woundedBelow = 40;

export type BotInput = Omit<ArenaInput, "seq">;

/** @param seat the bot's own */
export function decide(view: ArenaView, seat: number, mind: BotState, random: RandomState): BotInput {
  mind.step += 1;
  const self = view.players?.get(String(seat));
  if (!self?.alive) return lieStill(mind);
  if (mind.step >= mind.thinkAtStep) think(view, self, seat, { mind, random });
  const target = mind.target < 0 ? undefined : view.players.get(String(mind.target));
  const direction = steer(self, target, mind, random);
  const buttons = target?.alive ? aimAt(self, target, mind, random) : 0;
  if (!target?.alive) turnTo(mind, direction);
  return { ...movement(direction), aim: mind.aim, buttons };
}

function lieStill(mind: BotState): BotInput {
  mind.target = -1;
  mind.thinkAtStep = 0;
  return { moveX: 0, moveY: 0, aim: mind.aim, buttons: 0 };
}

interface BotThinker {
  readonly mind: BotState;
  readonly random: RandomState;
}

/** Several times a second: whom to fight, where to go. */
function think(view: ArenaView, self: PlayerView, seat: number, { mind, random }: BotThinker): void {
  mind.thinkAtStep = mind.step + 6 + nextBelow(random, 6);
  const { seen, nearest } = lookAround(view, self, seat);
  if (seen !== mind.target) {
    mind.target = seen;
    mind.targetSinceStep = mind.step;
  }
  const wounded = self.health < woundedBelow;
  const pickup = bestPickup(view, self, wounded);
  if (pickup && (wounded || seen < 0)) mind.goal = pickup;
  else if (nearest) mind.goal = { x: nearest.x, y: nearest.y };
  else if (mind.goal.x === 0 || distance(self, mind.goal) < arrivedAt) mind.goal = somewhere(random);
  mind.waypoint = nextPoint(self, mind.goal);
}

/** The nearest enemy in sight by seat, and the nearest one anywhere: he is looked for. */
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
  mind: BotState,
  random: RandomState,
): number {
  noticeBeingStuck(self, mind, random);
  if (mind.step < mind.wanderUntilStep) return mind.wander;
  const fights = target?.alive === true && self.health >= woundedBelow;
  if (fights) return circle(self, target, mind, random);
  if (distance(self, mind.waypoint) < arrivedAt) mind.thinkAtStep = 0;
  return angleOf(mind.waypoint.x - self.x, mind.waypoint.y - self.y);
}

/** Around the target, nearer when it is far and away when it is near. */
function circle(self: PlayerView, target: PlayerView, mind: BotState, random: RandomState): number {
  if (mind.step >= mind.sideUntilStep) {
    mind.side = nextBelow(random, 2) === 0 ? -1 : 1;
    mind.sideUntilStep = mind.step + stepsPerSecond / 2 + nextBelow(random, stepsPerSecond * 2);
  }
  const towards = angleOf(target.x - self.x, target.y - self.y);
  const error = distance(self, target) - mind.skill.distance;
  // 90 degrees is a pure circle; up to 60 degrees of it go into the distance.
  const inwards = Math.max(-1, Math.min(1, error / 150)) * (turn / 6);
  const direction = wrapped(towards + mind.side * (turn / 4 - inwards));
  if (isFree(self.x + cosine(direction) * lookAhead, self.y + sine(direction) * lookAhead)) return direction;
  mind.side = -mind.side;
  return wrapped(towards + mind.side * (turn / 4 - inwards));
}

/** Twice a second: who wanted to walk and is where he was goes anywhere else for a moment. */
function noticeBeingStuck(self: PlayerView, mind: BotState, random: RandomState): void {
  if (mind.step < mind.checkAtStep) return;
  mind.checkAtStep = mind.step + stepsPerSecond / 2;
  const stuck = Math.abs(self.x - mind.lastX) + Math.abs(self.y - mind.lastY) < arrivedAt / 2;
  mind.lastX = self.x;
  mind.lastY = self.y;
  if (!stuck) return;
  mind.wander = nextBelow(random, turn);
  mind.wanderUntilStep = mind.step + 8 + nextBelow(random, 12);
}

/** Turns the gun towards where the target will be. @returns the buttons */
function aimAt(self: PlayerView, target: PlayerView, mind: BotState, random: RandomState): number {
  if (mind.step >= mind.missUntilStep) {
    mind.miss = nextBelow(random, 2 * mind.skill.missMax + 1) - mind.skill.missMax;
    mind.missUntilStep = mind.step + 6 + nextBelow(random, 12);
  }
  const flight = self.weapon === "rail" ? 0 : distance(self, target) / weapons.blaster.speed;
  const lead = (flight * mind.skill.leadPercent) / 100;
  const x = target.x + target.vx * lead - self.x;
  const y = target.y + target.vy * lead - self.y;
  const left = turnTo(mind, angleOf(x, y) + mind.miss);
  const hasReacted = mind.step - mind.targetSinceStep >= mind.skill.reactionSteps;
  return hasReacted && Math.abs(left) < turnMax && inBurst(mind, random) ? fireButton : 0;
}

/** @returns what is left to turn */
function turnTo(mind: BotState, wanted: number): number {
  const left = wrapped(wanted - mind.aim + turn / 2) - turn / 2;
  const turned = Math.max(-turnMax, Math.min(turnMax, left));
  mind.aim = (mind.aim + turned) & (turn - 1);
  return left - turned;
}

function inBurst(mind: BotState, random: RandomState): boolean {
  if (mind.step >= mind.restUntilStep) {
    mind.burstUntilStep = mind.step + 15 + nextBelow(random, 25);
    mind.restUntilStep = mind.burstUntilStep + 8 + nextBelow(random, 20);
  }
  return mind.step < mind.burstUntilStep;
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
