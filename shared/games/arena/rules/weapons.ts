/**
 * The two guns: their numbers, firing, and the flight of a blaster shot. A rail shot hits in the tick in
 * which it is fired. A blaster shot never changes after that; its position follows from its age.
 */
import { cosine, sine } from "../../../game/deterministic/trig.ts";
import type { Seat } from "../../../game/game.ts";
import { onGrid, playerRadius } from "../movement.ts";
import { distanceToCircle, distanceToWall, type Ray } from "../sight.ts";
import {
  type ArenaWorld,
  type Player,
  type Projectile,
  playerAt,
  projectilesMax,
  ticksPerSecond,
} from "../world.ts";
import { hurt } from "./damage.ts";
import { placeAt } from "./rewind.ts";
import { areFriends } from "./sides.ts";

/** 100 damage kills. Reach is in units. */
export const weapons = {
  /** 6 shots/s. Speed is in units per second. Against players a shot is a ball of this radius, against walls a point. */
  blaster: { cooldownTicks: 5, damage: 14, reach: 1200, speed: 900, radius: 4 },
  rail: { cooldownTicks: 45, damage: 80, reach: 1800 },
} as const;

/** How long a rail beam stays in sight; less than the shortest rail cooldown. */
export const beamTicks = 8;

/** A player who wants to fire in this tick, the direction, and the moment by which a rail shot is judged. */
export interface Trigger {
  readonly player: Player;
  readonly aim: number;
  readonly moment: number;
}

type FlightPath = Pick<Projectile, "x" | "y" | "aim" | "bornAtTick">;

/** Where a blaster shot is at a tick (fractions allowed), ignoring walls. For drawing and for bots. */
export function projectileAt(shot: FlightPath, tick: number): { x: number; y: number } {
  const distance = distanceFlown(shot.bornAtTick, tick);
  return { x: shot.x + cosine(shot.aim) * distance, y: shot.y + sine(shot.aim) * distance };
}

/**
 * Fires all triggers of a tick. Who may fire is decided before the first shot: when two players shoot each
 * other in one tick, both shots count, whatever their seats.
 */
export function fireAll(world: ArenaWorld, triggers: readonly Trigger[]): void {
  const allowed = triggers.filter(({ player }) => player.alive && world.tick >= player.fireReadyAtTick);
  for (const trigger of allowed) fire(world, trigger);
}

export function fadeBeams(world: ArenaWorld): void {
  while (world.beams.length > 0 && world.tick - world.beams[0]!.bornAtTick >= beamTicks) world.beams.shift();
}

/** Moves every shot by one tick: it hits the first player on its way, ends at its reach, or flies on. */
export function flyProjectiles(world: ArenaWorld): void {
  let kept = 0;
  for (const shot of world.projectiles) {
    if (flies(world, shot)) world.projectiles[kept++] = shot;
  }
  world.projectiles.length = kept;
}

function fire(world: ArenaWorld, { player, aim, moment }: Trigger): void {
  const { cooldownTicks } = weapons[player.weapon];
  const isRapid = world.tick < player.rapidUntilTick;
  player.fireReadyAtTick = world.tick + (isRapid ? Math.ceil(cooldownTicks / 2) : cooldownTicks);
  player.shots++;
  if (player.weapon === "rail") fireRail(world, { player, aim, moment });
  else fireBlaster(world, player, aim);
}

function fireRail(world: ArenaWorld, { player, aim, moment }: Trigger): void {
  const ray = rayFrom(player, aim);
  const wallAt = distanceToWall(ray, weapons.rail.reach);
  const hit = firstHit(world, { ray, from: 0, to: wallAt, radius: playerRadius, by: player.seat, moment });
  const length = Math.round(hit?.distance ?? wallAt);
  world.beams.push({ seat: player.seat, x: player.x, y: player.y, aim, length, bornAtTick: world.tick });
  if (hit) hurt(world, { victim: hit.player, by: player, damage: damageOf(world, player), weapon: "rail" });
}

function fireBlaster(world: ArenaWorld, player: Player, aim: number): void {
  if (world.projectiles.length >= projectilesMax) world.projectiles.shift();
  world.projectiles.push({
    id: ++world.lastProjectileId,
    seat: player.seat,
    x: onGrid(player.x),
    y: onGrid(player.y),
    aim,
    bornAtTick: world.tick,
    damage: damageOf(world, player),
    reach: distanceToWall(rayFrom(player, aim), weapons.blaster.reach),
  });
}

function damageOf(world: ArenaWorld, player: Player): number {
  const { damage } = weapons[player.weapon];
  return world.tick < player.doubleUntilTick ? damage * 2 : damage;
}

/** False when the shot ended in this tick. */
function flies(world: ArenaWorld, shot: Projectile): boolean {
  const from = distanceFlown(shot.bornAtTick, world.tick - 1);
  const to = Math.min(shot.reach, distanceFlown(shot.bornAtTick, world.tick));
  const radius = playerRadius + weapons.blaster.radius;
  const hit = firstHit(world, {
    ray: rayFrom(shot, shot.aim),
    from,
    to,
    radius,
    by: shot.seat,
    moment: world.tick,
  });
  if (hit === undefined) return to < shot.reach;
  const by = playerAt(world, shot.seat);
  if (by) hurt(world, { victim: hit.player, by, damage: shot.damage, weapon: "blaster" });
  return false;
}

function distanceFlown(bornAtTick: number, tick: number): number {
  return (Math.max(0, tick - bornAtTick) * weapons.blaster.speed) / ticksPerSecond;
}

interface Sweep {
  readonly ray: Ray;
  /** The stretch of the ray that is swept. */
  readonly from: number;
  readonly to: number;
  readonly radius: number;
  /** Seat of the shooter. */
  readonly by: Seat;
  /** Players are found where they were then. */
  readonly moment: number;
}

/**
 * The nearest living enemy on the stretch; at equal distance, the lower seat. Shots pass through friends,
 * or a friend could block them by running into the line of fire, by mistake or on purpose.
 */
function firstHit(world: ArenaWorld, sweep: Sweep): { player: Player; distance: number } | undefined {
  const { ray, from, to, radius, moment } = sweep;
  const start = {
    x: ray.x + ray.directionX * from,
    y: ray.y + ray.directionY * from,
    directionX: ray.directionX,
    directionY: ray.directionY,
  };
  let found: Player | undefined;
  let nearest = to - from;
  for (const player of world.players) {
    if (!player.alive || areFriends(world, player.seat, sweep.by)) continue;
    const place = placeAt(world, player, moment);
    if (place === undefined) continue;
    const distance = distanceToCircle(start, place.x, place.y, radius);
    if (distance < nearest || (distance === nearest && found === undefined)) {
      found = player;
      nearest = distance;
    }
  }
  return found && { player: found, distance: from + nearest };
}

function rayFrom(at: { readonly x: number; readonly y: number }, aim: number): Ray {
  return { x: at.x, y: at.y, directionX: cosine(aim), directionY: sine(aim) };
}
