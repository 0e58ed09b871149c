/** When nothing hurts a player: after they came to life or came back, until they do something. It decides no shot. */
import type { Player } from "../world.ts";

/** Nothing hurts the player before that tick, unless they do something. */
export function beSafe(player: Player, untilTick: number): void {
  player.safeUntilTick = Math.max(player.safeUntilTick, untilTick);
}
