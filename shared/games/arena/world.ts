/**
 * The whole truth of an arena match, as plain data: what is not in here does not exist. Times are ticks of
 * the match. No null, no undefined, no negative zero: a World goes through msgpack and back unchanged.
 */
import type { RandomState } from "../../game/deterministic/random.ts";
import type { Seat } from "../../game/game.ts";
import { arenaMap } from "./map.ts";
import type { MovingBody } from "./movement.ts";

export const seatsMax = 16;
export const ticksPerSecond = 30;

/** Limit of leavers' results that are kept for the outcome. */
export const departedMax = 48;
/** Limit of lines in the kill feed, and in the chat. */
export const linesMax = 8;
/** Limit of blaster shots in the air; a further one replaces the oldest. */
export const projectilesMax = 128;

/** waiting: nobody has come yet. playing: the clock runs. over: nothing changes any more. */
export type Phase = "waiting" | "playing" | "over";
/** Empty until the match is over. */
export type Ending = "" | "clock" | "score" | "abandoned";
export type Weapon = "blaster" | "rail";

interface Tally {
  score: number;
  deaths: number;
  shots: number;
  hits: number;
}

export interface Player extends MovingBody, Tally {
  seat: Seat;
  name: string;
  /** Played by `rules/bots.ts`. */
  bot: boolean;
  connected: boolean;
  ready: boolean;
  alive: boolean;
  /** 0..65535, see ArenaInput. */
  aim: number;
  /** 0..100; 0 exactly when not alive. */
  health: number;
  weapon: Weapon;
  /** Becomes `weapon` at the next spawn. */
  chosenWeapon: Weapon;
  /** First tick in which this player may fire again. All weapons share it, so changing the weapon does not help. */
  fireReadyAtTick: number;
  /** The effect holds in ticks before this one. */
  rapidUntilTick: number;
  doubleUntilTick: number;
  /** Only meaningful while not alive. */
  respawnAtTick: number;
  /** Ticks in a row without an input. Stays at its maximum once the player counts as idle. */
  idleTicks: number;
  /** Where they were at the end of the last ticks of this life, x and y, oldest first (`rules/rewind.ts`). */
  trail: number[];
  /** The newest moment that a shot of theirs was judged by, as a tick with its fraction. */
  sawTick: number;
  /** Nothing hurts them in ticks before this one. */
  safeUntilTick: number;
}

/** The result of somebody who left. */
export interface Departed extends Tally {
  seat: Seat;
  name: string;
  bot: boolean;
}

/** A bot's memory and skill. */
export interface HouseBot {
  seat: Seat;
  /** Ticks between seeing a player and firing at them. */
  reactionTicks: number;
  /** Largest error of its aim, 65536 to a turn. */
  missMax: number;
  /** The error until it looks around again. */
  miss: number;
  lookAtTick: number;
  /** Seat of its opponent; -1 for nobody. */
  target: number;
  targetSinceTick: number;
  /** 1 or -1: the direction in which it circles its target. */
  turning: number;
  /** Index of the way point it walks to (`ways.ts`); -1 for none. */
  goal: number;
}

/** A blaster shot in the air. It never changes: where it is follows from its age (`rules/weapons.ts`). */
export interface Projectile {
  id: number;
  seat: Seat;
  /** Where it was fired, on the grid. */
  x: number;
  y: number;
  aim: number;
  bornAtTick: number;
  damage: number;
  /** Distance in units to the wall at which it ends. */
  reach: number;
}

/** A rail shot, kept for a moment so that it can be seen. */
export interface Beam {
  seat: Seat;
  x: number;
  y: number;
  aim: number;
  /** Whole units. */
  length: number;
  bornAtTick: number;
}

/** `id` counts from 1, without gaps. Lines are shown as they are; a type, unlike an interface, counts as `Plain`. */
export type FeedLine = {
  id: number;
  killer: string;
  victim: string;
  weapon: Weapon;
};

export type ChatLine = {
  id: number;
  name: string;
  text: string;
};

export interface ArenaWorld extends RandomState {
  /** The tick of the last record that was applied. */
  tick: number;
  phase: Phase;
  ending: Ending;
  durationSeconds: number;
  /** A side that reaches it wins. */
  scoreLimit: number;
  /** A player who comes to life is safe for this long, or until they do something. */
  spawnSafeTicks: number;
  /** Seats of a side: 0..teamSize-1 are side 0, and so on. With 1, each player is a side of their own. */
  teamSize: number;
  /** Set when the first real player comes. */
  endsAtTick: number;
  /** Ticks in a row without a real player. */
  emptyTicks: number;
  /** Ascending by seat. */
  players: Player[];
  /** In the order in which they left; at most `departedMax`, then the oldest goes. */
  departed: Departed[];
  /** By side: the score of players who left. It still counts for their side (`rules/sides.ts`). */
  leaverScores: number[];
  /** Ascending by seat. Invariant: exactly one for each player who is a bot. */
  bots: HouseBot[];
  /** Ascending by id; at most `projectilesMax`. */
  projectiles: Projectile[];
  lastProjectileId: number;
  /** At most one per seat: a beam fades before its gun is ready again. */
  beams: Beam[];
  /** By place of the map: the first tick in which the pickup is there. */
  pickupsReadyAtTick: number[];
  /** The newest `linesMax`, ascending by id. */
  feed: FeedLine[];
  lastFeedId: number;
  chat: ChatLine[];
  lastChatId: number;
}

export interface ArenaOptions {
  durationSeconds: number;
  scoreLimit: number;
  teamSize: number;
  /** Seats that bots play, each once. */
  bots: Seat[];
}

/** The World without its bots: `game.ts` seats them. */
export function createWorld(seed: number, options: ArenaOptions): ArenaWorld {
  return {
    tick: 0,
    random: seed >>> 0,
    phase: "waiting",
    ending: "",
    durationSeconds: options.durationSeconds,
    scoreLimit: options.scoreLimit,
    spawnSafeTicks: 2 * ticksPerSecond,
    teamSize: options.teamSize,
    endsAtTick: 0,
    emptyTicks: 0,
    players: [],
    departed: [],
    leaverScores: Array.from({ length: Math.ceil(seatsMax / options.teamSize) }, () => 0),
    bots: [],
    projectiles: [],
    lastProjectileId: 0,
    beams: [],
    pickupsReadyAtTick: arenaMap.pickups.map(() => 0),
    feed: [],
    lastFeedId: 0,
    chat: [],
    lastChatId: 0,
  };
}

export function playerAt(world: ArenaWorld, seat: Seat): Player | undefined {
  for (const player of world.players) if (player.seat === seat) return player;
  return undefined;
}

/** Like `playerAt`, but without bots, of which the server knows nothing. */
export function realPlayerAt(world: ArenaWorld, seat: Seat): Player | undefined {
  const player = playerAt(world, seat);
  return player?.bot ? undefined : player;
}

export function hasRealPlayer(world: ArenaWorld): boolean {
  return world.players.some(({ bot }) => !bot);
}
