/**
 * crowd: up to 200 on one large map. They collect gems; a dash into somebody makes them drop some, for the quickest to pick up;
 * who carries much is slow. When the time is up, the most gems win. Everybody is sent what is near them, and where the
 * richest is. It is an example of a game beside the built-in ones: `--games shared/games/crowd/game.ts` runs it.
 */
import { z } from "zod";
import { areaGrid } from "../../game/area-grid.ts";
import { defineGame, type Tick } from "../../game/define-game.ts";
import type { Chance } from "../../game/deterministic/chance.ts";
import { list, optional } from "../../game/view/composed.ts";
import { bool, oneOf, text, u8, u16, u32, whole } from "../../game/view/scalars.ts";

/** Distances are in units, times in ticks, speeds in units a tick. */
const ticksPerSecond = 20;
export const side = 4096;
/** What is this far away on either axis is in sight: a sixteenth of the map. */
export const reach = side / 8;
export const radius = 24;
const walkSpeed = 14;
const dashSpeed = 42;
const dashTicks = 5;
const dashEveryTicks = 40;
/** Each gem that is carried costs some speed, down to half. */
const slowerByGem = 0.1;
/** How much of the difference to the wanted speed a tick makes up for. */
const grip = 0.3;
const pickUpReach = 40;
const gemsOnMap = 500;
/** A bump costs a quarter of the gems. */
const dropPart = 4;
const dropReach = 90;
const safeTicks = 40;
const waveTicks = 30;
const bestShown = 5;

interface MapPoint {
  x: number;
  y: number;
}

interface Runner extends MapPoint {
  readonly name: string;
  isAway: boolean;
  gems: number;
  speedX: number;
  speedY: number;
  /** The last input: -127 to 127. */
  moveX: number;
  moveY: number;
  dashUntil: number;
  readyAt: number;
  /** Until then nobody can bump them. */
  safeUntil: number;
  wavesUntil: number;
}

export interface CrowdWorld {
  tick: number;
  readonly ticks: number;
  /** Null until somebody is there. */
  endsAt: number | null;
  /** Every gem that there ever was; the number of the last one. */
  gemsMade: number;
  readonly runners: { [seat: string]: Runner };
  readonly gems: { [id: string]: MapPoint };
}

const input = { moveX: whole(-127, 127), moveY: whole(-127, 127), dash: bool };
const commands = { wave: z.object({}) };
type CrowdTick = Tick<typeof input, typeof commands>;

export const crowd = defineGame({
  name: "crowd",
  version: 1,
  tickRate: ticksPerSecond,
  patchRate: ticksPerSecond,
  seats: [1, 200],
  options: z.object({ seconds: z.int().min(5).max(86_400).default(300) }),
  input,
  commands,
  view: {
    tick: u32,
    endsAt: optional(u32),
    players: u8,
    /** The richest first. */
    best: list({ seat: u8, name: text, gems: u16 }),
    /** Where the richest is. */
    crown: { x: u16, y: u16 },
  },

  create({ seconds }, chance): CrowdWorld {
    const world: CrowdWorld = {
      ...{ tick: 0, ticks: seconds * ticksPerSecond, endsAt: null, gemsMade: 0, runners: {}, gems: {} },
    };
    for (let count = 0; count < gemsOnMap; count++) addGem(world, somewhere(chance));
    return world;
  },

  step(world, tick) {
    world.tick = tick.tick;
    comeAndGo(world, tick);
    for (const { seat, answer } of tick.commands) answer(wave(world.runners[seat]!, tick.tick));
    for (const { seat, inputs } of tick.inputs) {
      const runner = world.runners[seat]!;
      for (const each of inputs) steer(runner, each, tick.tick);
    }
    for (const runner of Object.values(world.runners)) move(runner, tick.tick);
    bump(world, tick);
    collect(world, tick.chance);
  },

  see(world) {
    const all = ranked(world);
    const { x, y } = all[0]?.[1] ?? middle;
    return {
      ...{ tick: world.tick, endsAt: world.endsAt ?? undefined, players: all.length, crown: { x, y } },
      best: all.slice(0, bestShown).map(([seat, { name, gems }]) => ({ seat: Number(seat), name, gems })),
    };
  },

  sight: {
    // A gem has a place and nothing else.
    fields: {
      ...{ x: u16, y: u16, name: optional(text), gems: optional(u16) },
      look: optional(oneOf("running", "dashing", "bumped", "waving", "away")),
    },
    see({ runners, gems, tick }, id) {
      const runner = runners[id];
      const { x, y } = runner ?? gems[id]!;
      if (runner === undefined) return { x, y, name: null, gems: null, look: null };
      return { x, y, name: runner.name, gems: runner.gems, look: lookOf(runner, tick) };
    },
    constant: (id) => id.startsWith("g"),
    prepare: ({ runners, gems }) => areaGrid([runners, gems], reach / 2),
    // Who watches is with the richest.
    sees: (world, viewer, grid) =>
      grid.within(world.runners[viewer] ?? ranked(world)[0]?.[1] ?? middle, reach),
  },

  outcome(world) {
    if (world.endsAt === null || world.tick < world.endsAt) return undefined;
    const all = ranked(world);
    return {
      reason: "the time is up",
      ranking: [...Map.groupBy(all, ([, { gems }]) => gems).values()].map((each) =>
        each.map(([seat]) => Number(seat)),
      ),
      players: all.map(([seat, { name, gems }]) => ({ seat: Number(seat), name, numbers: { gems } })),
    };
  },

  brain({ seat, view, inSight, chance }) {
    const me = inSight[seat];
    if (me === undefined) return {};
    const command = chance.below(400) === 0 ? { name: "wave" as const, payload: {} } : undefined;
    const others = Object.entries(inSight).filter(([id]) => id !== String(seat));
    const [, gem] = nearest(
      me,
      others.filter(([, { gems }]) => gems === null),
    );
    const [apart, rival] = nearest(
      me,
      others.filter(([, { gems, look }]) => gems !== null && gems > 3 && look === "running"),
    );
    const isNear = apart < 160;
    // With nothing in sight they go to another part of the map, and to another one ten seconds later.
    const part = seat * 7 + Math.floor(view.tick / 200) * 5;
    const far = { x: ((part % 8) + 0.5) * reach, y: ((Math.floor(part / 8) % 8) + 0.5) * reach };
    const to = isNear ? rival! : (gem ?? far);
    return {
      ...(command !== undefined && { command }),
      input: { ...towards(me, to), dash: isNear && chance.below(5) === 0 },
    };
  },
});

/** What `--games` reads. */
export const games = [crowd];

const middle: MapPoint = { x: side / 2, y: side / 2 };

const somewhere = (chance: Chance): MapPoint => ({ x: chance.below(side), y: chance.below(side) });

function addGem(world: CrowdWorld, place: MapPoint): void {
  world.gemsMade += 1;
  world.gems[`g${world.gemsMade}`] = place;
}

/** With the number of their seat, the richest first. */
function ranked({ runners }: CrowdWorld): [string, Runner][] {
  return Object.entries(runners).sort(([, a], [, b]) => b.gems - a.gems);
}

function comeAndGo(world: CrowdWorld, { leaves, joins, drops, returns, tick, chance }: CrowdTick): void {
  for (const seat of leaves) {
    spill(world, world.runners[seat]!, world.runners[seat]!.gems, chance);
    delete world.runners[seat];
  }
  for (const { seat, name } of joins) {
    world.endsAt ??= tick + world.ticks;
    world.runners[seat] = {
      ...{ name, isAway: false, gems: 0, ...somewhere(chance), speedX: 0, speedY: 0, moveX: 0, moveY: 0 },
      ...{ dashUntil: 0, readyAt: 0, safeUntil: tick + safeTicks, wavesUntil: 0 },
    };
  }
  for (const seat of drops) Object.assign(world.runners[seat]!, { isAway: true, moveX: 0, moveY: 0 });
  for (const seat of returns) world.runners[seat]!.isAway = false;
}

function wave(runner: Runner, tick: number): true | string {
  if (runner.wavesUntil > tick) return "you are waving already";
  runner.wavesUntil = tick + waveTicks;
  return true;
}

function steer(runner: Runner, wish: { moveX: number; moveY: number; dash: boolean }, tick: number): void {
  runner.moveX = wish.moveX;
  runner.moveY = wish.moveY;
  if (!wish.dash || tick < runner.readyAt) return;
  runner.dashUntil = tick + dashTicks;
  runner.readyAt = tick + dashEveryTicks;
}

/** However many inputs came: one move a tick. */
function move(runner: Runner, tick: number): void {
  const { moveX, moveY } = runner;
  const length = Math.sqrt(moveX * moveX + moveY * moveY);
  const isDashing = runner.dashUntil > tick;
  const walk = Math.max(walkSpeed / 2, walkSpeed - runner.gems * slowerByGem);
  const wanted = (isDashing ? dashSpeed : walk) / Math.max(length, 127);
  const part = isDashing ? 1 : grip;
  runner.speedX = sixteenth(runner.speedX + (moveX * wanted - runner.speedX) * part);
  runner.speedY = sixteenth(runner.speedY + (moveY * wanted - runner.speedY) * part);
  runner.x = within(runner.x + runner.speedX);
  runner.y = within(runner.y + runner.speedY);
}

/** A player into whom somebody dashes flies away and drops some gems. */
function bump(world: CrowdWorld, { tick, chance, tell }: CrowdTick): void {
  const all = Object.entries(world.runners);
  for (const [seat, runner] of all) {
    if (runner.dashUntil <= tick) continue;
    for (const [id, other] of all) {
      if (other === runner || other.safeUntil > tick || !isNear(runner, other, 2 * radius)) continue;
      other.speedX = runner.speedX;
      other.speedY = runner.speedY;
      other.safeUntil = tick + safeTicks;
      const lost = Math.ceil(other.gems / dropPart);
      spill(world, other, lost, chance);
      tell(Number(id), "bumped", { by: runner.name, lost });
      tell(Number(seat), "bump", { of: other.name, lost });
    }
  }
}

function spill(world: CrowdWorld, runner: Runner, lost: number, chance: Chance): void {
  runner.gems -= lost;
  const around = (at: number) => within(Math.round(at) - dropReach + chance.below(2 * dropReach));
  for (let count = 0; count < lost; count++) addGem(world, { x: around(runner.x), y: around(runner.y) });
}

/** The first seat gets what several reach. Another gem comes up elsewhere. */
function collect(world: CrowdWorld, chance: Chance): void {
  const { runners, gems } = world;
  const grid = areaGrid(gems, 4 * pickUpReach);
  for (const runner of Object.values(runners)) {
    if (runner.isAway) continue;
    for (const id of grid.within(runner, pickUpReach)) {
      const gem = gems[id];
      if (gem === undefined || !isNear(runner, gem, pickUpReach)) continue;
      runner.gems += 1;
      delete gems[id];
    }
  }
  for (let left = Object.keys(gems).length; left < gemsOnMap; left++) addGem(world, somewhere(chance));
}

function lookOf({ isAway, dashUntil, safeUntil, wavesUntil }: Runner, tick: number) {
  if (isAway) return "away";
  if (dashUntil > tick) return "dashing";
  if (safeUntil > tick) return "bumped";
  return wavesUntil > tick ? "waving" : "running";
}

function isNear(one: MapPoint, other: MapPoint, distance: number): boolean {
  const [x, y] = [Math.abs(one.x - other.x), Math.abs(one.y - other.y)];
  return x < distance && y < distance && x * x + y * y < distance * distance;
}

const within = (at: number) => Math.min(side - 1, Math.max(0, at));
/** On a grid that numbers hold exactly. */
const sixteenth = (value: number) => Math.round(value * 16) / 16;

function nearest<Thing extends MapPoint>(
  from: MapPoint,
  things: readonly (readonly [string, Thing])[],
): [apart: number, thing: Thing | undefined] {
  let best: [number, Thing | undefined] = [Number.POSITIVE_INFINITY, undefined];
  for (const [, thing] of things) {
    const apart = Math.abs(thing.x - from.x) + Math.abs(thing.y - from.y);
    if (apart < best[0]) best = [apart, thing];
  }
  return best;
}

function towards(from: MapPoint, to: MapPoint): { moveX: number; moveY: number } {
  const [x, y] = [to.x - from.x, to.y - from.y];
  const longer = Math.max(Math.abs(x), Math.abs(y), 1);
  return { moveX: Math.round((127 * x) / longer), moveY: Math.round((127 * y) / longer) };
}
