/** Where and how a player comes to life: on one of the safest spawn points, with full health. */
import { nextBelow } from "../../../game/deterministic/random.ts";
import { arenaMap, type Point } from "../map.ts";
import type { ArenaWorld, Player } from "../world.ts";
import { isAway } from "./inputs.ts";
import { areFriends } from "./sides.ts";

export const healthMax = 100;

/** A spawn is drawn from this many of the points farthest from every living enemy: safe, but hard to predict. */
const safestPoints = 4;

/** Revives the dead whose time has come. Who is dropped or away stays dead until they return, so that nobody can farm them. */
export function respawn(world: ArenaWorld): void {
  for (const player of world.players) {
    const isThere = player.connected && !isAway(player);
    if (!player.alive && isThere && world.tick >= player.respawnAtTick) spawn(world, player);
  }
}

export function spawn(world: ArenaWorld, player: Player): void {
  const point = safePoint(world, player);
  player.x = point.x;
  player.y = point.y;
  player.vx = 0;
  player.vy = 0;
  player.alive = true;
  player.health = healthMax;
  player.weapon = player.chosenWeapon;
  player.trail.length = 0;
  player.safeUntilTick = world.tick + world.spawnSafeTicks;
}

function safePoint(world: ArenaWorld, player: Player): Point {
  const byDanger = arenaMap.spawns.map((point) => ({
    point,
    distance: distanceToEnemy(world, player, point),
  }));
  // A stable sort: equals keep the order of the map.
  byDanger.sort((a, b) => (a.distance < b.distance ? 1 : a.distance > b.distance ? -1 : 0));
  return byDanger[nextBelow(world, safestPoints)]!.point;
}

/** The squared distance to the nearest living enemy. */
function distanceToEnemy(world: ArenaWorld, player: Player, { x, y }: Point): number {
  let nearest = Number.MAX_VALUE;
  for (const other of world.players) {
    if (!other.alive || areFriends(world, other.seat, player.seat)) continue;
    nearest = Math.min(nearest, (other.x - x) * (other.x - x) + (other.y - y) * (other.y - y));
  }
  return nearest;
}
