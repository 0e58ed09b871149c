/**
 * How bots play. Once a tick each of them makes an input, which is then handled like a player's: a bot moves,
 * aims and fires by the same rules. It is beatable: it sees late, aims badly, turns no faster than a hand and
 * pauses between bursts. Its memory is in the World, and so is its randomness.
 */
import { nextBelow } from "../../../game/deterministic/random.ts";
import { angleOf, cosine, sine, turn } from "../../../game/deterministic/trig.ts";
import type { Seat, TickRecord } from "../../../game/game.ts";
import { type ArenaInput, fireButton } from "../input.ts";
import { arenaMap, type Point } from "../map.ts";
import { isFree } from "../movement.ts";
import { wallBetween } from "../sight.ts";
import { canWalk, wayPoints, waysFrom } from "../ways.ts";
import { type ArenaWorld, type HouseBot, hasRealPlayer, type Player, playerAt } from "../world.ts";
import { areFriends } from "./sides.ts";
import { weapons } from "./weapons.ts";

/** In units. */
const sightMax = 900;
const arrivedAt = 24;
/** Units ahead at which a bot notices that it circles into a wall. */
const lookAhead = 40;
/** A bot fights at a distance between these two. */
const tooNear = 180;
const tooFar = 340;
const woundedBelow = 45;
/** Ticks between two looks around; chance adds up to as many again. */
const lookTicks = 6;
/** Largest turn of the gun in a tick: 14 degrees. */
const turnMax = 2600;
/** A bot fires when its gun is off by less than this: 7 degrees. */
const onTarget = 1300;
/** Share of a target's movement that a bot takes into account. */
const lead = 0.7;
/** A bot fires in the first part of each period. */
const burst = { periodTicks: 50, fireTicks: 30, seatShift: 17 } as const;

/** The names by seat. */
const names = "Ada Bea Cleo Dev Eli Fay Gus Hal Ivy Jo Kit Lou Max Nia Oz Pam".split(" ");

const nobody: TickRecord<ArenaInput>["inputs"] = [];

export function botName(seat: Seat): string {
  return `Bot ${names[seat]}`;
}

/** A bot that is a little better or worse than the others, by chance. */
export function newBot(world: ArenaWorld, seat: Seat): HouseBot {
  return {
    seat,
    reactionTicks: 7 + nextBelow(world, 8),
    missMax: 700 + nextBelow(world, 900),
    miss: 0,
    lookAtTick: 0,
    target: -1,
    targetSinceTick: 0,
    turning: 1,
    goal: -1,
  };
}

/** One input of every bot. While no player is there, bots do not fire, so that nobody wins a match that nobody plays. */
export function botInputs(world: ArenaWorld): TickRecord<ArenaInput>["inputs"] {
  if (world.bots.length === 0) return nobody;
  const mayFire = hasRealPlayer(world);
  return world.bots.map((bot) => {
    const self = playerAt(world, bot.seat)!;
    return { seat: bot.seat, inputs: [self.alive ? nextInput({ world, bot, self }, mayFire) : rest(bot)] };
  });
}

interface Thinker {
  readonly world: ArenaWorld;
  readonly bot: HouseBot;
  readonly self: Player;
}

/** The input of a dead bot; it respawns without a memory. */
function rest(bot: HouseBot): ArenaInput {
  bot.target = -1;
  bot.goal = -1;
  bot.lookAtTick = 0;
  return { seq: 0, moveX: 0, moveY: 0, aim: 0, buttons: 0, seen: 0 };
}

function nextInput(thinker: Thinker, mayFire: boolean): ArenaInput {
  const { world, bot, self } = thinker;
  if (world.tick >= bot.lookAtTick) lookAround(thinker);
  const target = playerAt(world, bot.target);
  const fights = target?.alive === true;
  const direction = fights && !isFetchingHealth(thinker) ? circle(thinker, target) : walk(thinker);
  const wanted = fights ? aimAt(self, target) + bot.miss : direction;
  const toTurn = ((wanted - self.aim + turn / 2) & (turn - 1)) - turn / 2;
  const turned = Math.max(-turnMax, Math.min(turnMax, toTurn));
  const fires = mayFire && fights && Math.abs(toTurn - turned) < onTarget && isReady(world, bot);
  return {
    seq: 0,
    moveX: Math.round(cosine(direction) * 127),
    moveY: Math.round(sine(direction) * 127),
    aim: (self.aim + turned) & (turn - 1),
    buttons: fires ? fireButton : 0,
    seen: 0,
  };
}

/** Decides a few times a second which opponent to fight, how badly to aim and where to go. */
function lookAround(thinker: Thinker): void {
  const { world, bot, self } = thinker;
  bot.lookAtTick = world.tick + lookTicks + nextBelow(world, lookTicks);
  bot.miss = nextBelow(world, 2 * bot.missMax + 1) - bot.missMax;
  if (nextBelow(world, 4) === 0) bot.turning = -bot.turning;
  const seen = nearestInSight(world, self);
  if (seen !== bot.target) {
    bot.target = seen;
    bot.targetSinceTick = world.tick;
  }
  const pickup = wantedPickup(world, self);
  if (pickup >= 0) bot.goal = pickup;
  else if (bot.goal < 0 || !canWalk(self, wayPoints[bot.goal]!)) bot.goal = anyWay(thinker);
}

/** Seat of the nearest enemy in sight, or -1. */
function nearestInSight(world: ArenaWorld, self: Player): Seat {
  let found = -1;
  let nearest = sightMax * sightMax;
  for (const other of world.players) {
    if (!other.alive || areFriends(world, other.seat, self.seat)) continue;
    const apart = apartSquared(self, other);
    if (apart >= nearest || wallBetween(self.x, self.y, other.x, other.y)) continue;
    nearest = apart;
    found = other.seat;
  }
  return found;
}

/** Way point of the nearest pickup that is there, useful and reachable in a straight line, or -1. */
function wantedPickup(world: ArenaWorld, self: Player): number {
  const isWounded = self.health < woundedBelow;
  let found = -1;
  let nearest = sightMax * sightMax;
  for (const [place, pickup] of arenaMap.pickups.entries()) {
    if (world.tick < world.pickupsReadyAtTick[place]! || (pickup.kind === "health") !== isWounded) continue;
    const apart = apartSquared(self, pickup);
    if (apart >= nearest || !canWalk(self, pickup)) continue;
    nearest = apart;
    found = place;
  }
  return found;
}

/** A way point that is reachable in a straight line, or -1: in a corner there may be none for a moment. */
function anyWay({ world, self }: Thinker): number {
  const open = [...wayPoints.keys()].filter((to) => canWalk(self, wayPoints[to]!));
  return open.length === 0 ? -1 : open[nextBelow(world, open.length)]!;
}

function isFetchingHealth({ world, bot, self }: Thinker): boolean {
  const isHealth = bot.goal >= 0 && arenaMap.pickups[bot.goal]?.kind === "health";
  return isHealth && self.health < woundedBelow && world.tick >= world.pickupsReadyAtTick[bot.goal]!;
}

/** Walks from way point to way point, by chance; without one, towards the middle. */
function walk({ world, bot, self }: Thinker): number {
  if (bot.goal >= 0 && apartSquared(self, wayPoints[bot.goal]!) < arrivedAt * arrivedAt) {
    const ways = waysFrom(bot.goal);
    bot.goal = ways[nextBelow(world, ways.length)]!;
  }
  const { x, y } = wayPoints[bot.goal] ?? { x: arenaMap.width / 2, y: arenaMap.height / 2 };
  return angleOf(x - self.x, y - self.y);
}

/** Circles the target, spiralling in when it is far and out when it is near. */
function circle({ bot, self }: Thinker, target: Player): number {
  const apart = apartSquared(self, target);
  const spiral = apart > tooFar * tooFar ? turn / 8 : apart < tooNear * tooNear ? (3 * turn) / 8 : turn / 4;
  const towards = angleOf(target.x - self.x, target.y - self.y);
  const direction = towards + bot.turning * spiral;
  if (isFree(self.x + cosine(direction) * lookAhead, self.y + sine(direction) * lookAhead)) return direction;
  bot.turning = -bot.turning;
  return towards + bot.turning * spiral;
}

/** Aims roughly at where the target will be when the shot arrives. */
function aimAt(self: Player, target: Player): number {
  const distance = Math.sqrt(apartSquared(self, target));
  const seconds = self.weapon === "rail" ? 0 : (distance / weapons.blaster.speed) * lead;
  return angleOf(target.x + target.vx * seconds - self.x, target.y + target.vy * seconds - self.y);
}

function isReady({ tick }: ArenaWorld, bot: HouseBot): boolean {
  const inPeriod = (tick + bot.seat * burst.seatShift) % burst.periodTicks;
  return tick - bot.targetSinceTick >= bot.reactionTicks && inPeriod < burst.fireTicks;
}

function apartSquared(a: Point, b: Point): number {
  return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}
