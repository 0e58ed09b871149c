/**
 * Decides what players may see of an arena World, as plain data. Left out on purpose: the random state,
 * when a gun is ready again, when a player respawns or an effect ends, what the dead have chosen, who is
 * idle, shots and hits. `view.ts` puts this on the wire.
 */
import { arenaMap } from "./map.ts";
import { placeOf } from "./rules/ending.ts";
import { sideOf, sideScores } from "./rules/sides.ts";
import {
  type ArenaWorld,
  type Beam,
  type ChatLine,
  type Ending,
  type FeedLine,
  type Phase,
  type Player,
  type Projectile,
  ticksPerSecond,
  type Weapon,
} from "./world.ts";

// Types, not interfaces: only those count as `Plain` without an index signature.

export type SeenPlayer = {
  name: string;
  connected: boolean;
  ready: boolean;
  alive: boolean;
  /** In units, on the grid of 1/16; for the dead, where they died. */
  x: number;
  y: number;
  /** In units per second, on the grid of 1/16. */
  vx: number;
  vy: number;
  /** 256 to a turn. */
  aim: number;
  health: number;
  weapon: Weapon;
  /** Fires twice as fast. */
  rapid: boolean;
  /** Does twice the damage. */
  double: boolean;
  score: number;
  deaths: number;
  /** Place of their side: 0 until the match is over; 1 is the winner. */
  place: number;
};

/** Never changes; `projectileAt` says where it is. */
export type SeenProjectile = {
  seat: number;
  x: number;
  y: number;
  /** 65536 to a turn. */
  aim: number;
  bornAtTick: number;
};

export type SeenBeam = SeenProjectile & { length: number };

export type Seen = {
  tick: number;
  phase: Phase;
  ending: Ending;
  secondsLeft: number;
  /** Bit n is set when place n of the map has its pickup. */
  pickups: number;
  /** By seat. */
  players: { [seat: string]: SeenPlayer };
  /** By id. */
  projectiles: { [id: string]: SeenProjectile };
  /** By seat. */
  beams: { [seat: string]: SeenBeam };
  /** The newest lines, ascending by id. */
  feed: FeedLine[];
  chat: ChatLine[];
  /** The side of a seat is floor(seat / teamSize). */
  teamSize: number;
  /** By side. Empty when each player is a side of their own; the player's score is then the side's. */
  sideScores: number[];
};

export function seenOf(world: ArenaWorld): Seen {
  return {
    tick: world.tick,
    phase: world.phase,
    ending: world.ending,
    secondsLeft: secondsLeft(world),
    pickups: pickupBits(world),
    players: Object.fromEntries(world.players.map((player) => [player.seat, seenPlayer(world, player)])),
    projectiles: Object.fromEntries(world.projectiles.map((shot) => [shot.id, seenProjectile(shot)])),
    beams: Object.fromEntries(world.beams.map((beam) => [beam.seat, seenBeam(beam)])),
    feed: world.feed.map((line) => ({ ...line })),
    chat: world.chat.map((line) => ({ ...line })),
    teamSize: world.teamSize,
    sideScores: seenSideScores(world),
  };
}

export function seenPlayer(world: ArenaWorld, player: Player): SeenPlayer {
  return {
    name: player.name,
    connected: player.connected,
    ready: player.ready,
    alive: player.alive,
    x: player.x,
    y: player.y,
    vx: player.vx,
    vy: player.vy,
    aim: player.aim >>> 8,
    health: player.health,
    weapon: player.weapon,
    rapid: world.tick < player.rapidUntilTick,
    double: world.tick < player.doubleUntilTick,
    score: player.score,
    deaths: player.deaths,
    place: world.phase === "over" ? placeOf(world, sideOf(world, player.seat)) : 0,
  };
}

export function seenProjectile({ seat, x, y, aim, bornAtTick }: Projectile): SeenProjectile {
  return { seat, x, y, aim, bornAtTick };
}

export function seenBeam({ seat, x, y, aim, length, bornAtTick }: Beam): SeenBeam {
  return { seat, x, y, aim, length, bornAtTick };
}

export function seenSideScores(world: ArenaWorld): number[] {
  return world.teamSize === 1 ? [] : sideScores(world);
}

export function secondsLeft(world: ArenaWorld): number {
  if (world.phase === "waiting") return world.durationSeconds;
  return Math.max(0, Math.ceil((world.endsAtTick - world.tick) / ticksPerSecond));
}

export function pickupBits(world: ArenaWorld): number {
  let bits = 0;
  for (let place = 0; place < arenaMap.pickups.length; place++) {
    if (world.tick >= world.pickupsReadyAtTick[place]!) bits |= 1 << place;
  }
  return bits;
}
