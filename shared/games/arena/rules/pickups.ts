/** Pickups on the map: a player who touches one takes it, and it is gone for a while. */
import { arenaMap, type PickupKind, type PickupPlace } from "../map.ts";
import { playerRadius } from "../movement.ts";
import { type ArenaWorld, type Player, ticksPerSecond } from "../world.ts";
import { healthMax } from "./spawning.ts";

const pickupRadius = 14;
const healthGain = 50;
const effectTicks = 8 * ticksPerSecond;
const absenceTicks: Readonly<Record<PickupKind, number>> = {
  health: 15 * ticksPerSecond,
  rapid: 25 * ticksPerSecond,
  double: 30 * ticksPerSecond,
};

/** When two players touch one in the same tick, the lower seat gets it. */
export function takePickups(world: ArenaWorld): void {
  for (let place = 0; place < arenaMap.pickups.length; place++) {
    if (world.tick < world.pickupsReadyAtTick[place]!) continue;
    const pickup = arenaMap.pickups[place]!;
    const taker = world.players.find((player) => isTaking(player, pickup));
    if (taker === undefined) continue;
    give(world, taker, pickup.kind);
    world.pickupsReadyAtTick[place] = world.tick + absenceTicks[pickup.kind];
  }
}

function isTaking(player: Player, { x, y, kind }: PickupPlace): boolean {
  if (!player.alive || (kind === "health" && player.health >= healthMax)) return false;
  const reach = playerRadius + pickupRadius;
  return (player.x - x) * (player.x - x) + (player.y - y) * (player.y - y) < reach * reach;
}

function give(world: ArenaWorld, player: Player, kind: PickupKind): void {
  switch (kind) {
    case "health":
      player.health = Math.min(healthMax, player.health + healthGain);
      return;
    case "rapid":
      player.rapidUntilTick = world.tick + effectTicks;
      return;
    case "double":
      player.doubleUntilTick = world.tick + effectTicks;
      return;
  }
}
