/**
 * Decides what players may see of an arena World. Left out on purpose: the random state, when a gun is ready again, when
 * a player respawns or an effect ends, what the dead have chosen, who is idle, shots and hits. Some things of the World
 * are passed on as they are; of these only the fields that view-schema.ts declares are shown.
 */
import type { ReadOf, SeenOf } from "../../game/view/kind.ts";
import { arenaMap } from "./map.ts";
import { placeOf } from "./rules/ending.ts";
import { isAway } from "./rules/inputs.ts";
import { sideOf, sideScores } from "./rules/sides.ts";
import type { arenaFields } from "./view-schema.ts";
import { type ArenaWorld, type Player, ticksPerSecond } from "./world.ts";

/** As a client reads it. */
export type Seen = ReadOf<typeof arenaFields>;
export type SeenPlayer = Seen["players"][string];

export function see(world: ArenaWorld): SeenOf<typeof arenaFields> {
  return {
    tick: world.tick,
    phase: world.phase,
    ending: world.ending,
    secondsLeft: secondsLeft(world),
    pickups: pickupBits(world),
    players: world.players.map((player) => seenPlayer(world, player)),
    projectiles: world.projectiles,
    beams: world.beams,
    feed: world.feed,
    chat: world.chat,
    teamSize: world.teamSize,
    sideScores: seenSideScores(world),
    safe: safeBits(world),
  };
}

export function seenPlayer(world: ArenaWorld, player: Player): SeenPlayer & { seat: number } {
  return {
    seat: player.seat,
    name: player.name,
    connected: player.connected && !isAway(player),
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

export function seenSideScores(world: ArenaWorld): number[] {
  return world.teamSize === 1 ? [] : sideScores(world);
}

export function secondsLeft(world: ArenaWorld): number {
  if (world.phase === "waiting") return world.durationSeconds;
  return Math.max(0, Math.ceil((world.endsAtTick - world.tick) / ticksPerSecond));
}

/** @returns undefined when nobody ever is safe in this match */
export function safeBits(world: ArenaWorld): number | undefined {
  if (world.spawnSafeTicks === 0) return undefined;
  let bits = 0;
  for (const { seat, alive, safeUntilTick } of world.players)
    if (alive && world.tick < safeUntilTick) bits |= 1 << seat;
  return bits;
}

export function pickupBits(world: ArenaWorld): number {
  let bits = 0;
  for (let place = 0; place < arenaMap.pickups.length; place++) {
    if (world.tick >= world.pickupsReadyAtTick[place]!) bits |= 1 << place;
  }
  return bits;
}
