/**
 * Damage and death. A death scores for the killer, adds a line to the feed and makes the victim wait two
 * seconds.
 */
import { type ArenaWorld, linesMax, type Player, ticksPerSecond, type Weapon } from "../world.ts";

export const respawnTicks = 2 * ticksPerSecond;

export interface Harm {
  readonly victim: Player;
  readonly by: Player;
  readonly damage: number;
  readonly weapon: Weapon;
}

/** The victim must be alive: shots pass through the dead. One that is safe stops the shot and is not hurt. */
export function hurt(world: ArenaWorld, { victim, by, damage, weapon }: Harm): void {
  if (world.tick < victim.safeUntilTick) return;
  by.hits++;
  victim.health = Math.max(0, victim.health - damage);
  if (victim.health > 0) return;
  die(world, victim);
  by.score++;
  world.feed.push({ id: ++world.lastFeedId, killer: by.name, victim: victim.name, weapon });
  if (world.feed.length > linesMax) world.feed.shift();
}

function die(world: ArenaWorld, victim: Player): void {
  victim.alive = false;
  victim.deaths++;
  victim.vx = 0;
  victim.vy = 0;
  victim.rapidUntilTick = 0;
  victim.doubleUntilTick = 0;
  victim.respawnAtTick = world.tick + respawnTicks;
}
