/**
 * Movement follows inputs, not ticks: each input moves its player one step, so a client's prediction is
 * right to the bit. Ticks without an input do not move the player at first, since late inputs may still
 * come; then the player is idle: friction, no fire. After three seconds they are away. Fire rates count ticks alone, so four inputs in a
 * tick walk four steps and shoot once.
 */
import { inputsPerTickMax, type TickRecord } from "../../../game/game.ts";
import { type ArenaInput, bounded, fireButton } from "../input.ts";
import { movePlayer, noMove } from "../movement.ts";
import { type ArenaWorld, type Player, playerAt, ticksPerSecond } from "../world.ts";
import { momentSeen } from "./rewind.ts";
import { beSafe } from "./safety.ts";
import type { Trigger } from "./weapons.ts";

/** A player without inputs for more ticks than this is idle, and for more than that away. */
const idleAfterTicks = 6;
const awayAfterTicks = 3 * ticksPerSecond;
/** Who was away may look around for a second. */
export const returnSafeTicks = ticksPerSecond;

/** `idleTicks` does not grow beyond it. In a match from before there was safety, nobody is away. */
function idleTicksMax({ spawnSafeTicks }: ArenaWorld): number {
  return (spawnSafeTicks === 0 ? idleAfterTicks : awayAfterTicks) + 1;
}

/** They sit before nothing that sends inputs: a page in the background, or nobody. */
export function isAway({ idleTicks, bot }: Player): boolean {
  return !bot && idleTicks > awayAfterTicks;
}

/** Ticks without inputs are none that a late input could still make up for. */
export function beIdle(player: Player): void {
  player.idleTicks = Math.max(player.idleTicks, idleAfterTicks + 1);
}

/** Moves all players; returns the triggers of those who want to fire, in order of seats. */
export function applyInputs(world: ArenaWorld, lists: TickRecord<ArenaInput>["inputs"]): Trigger[] {
  const idleMax = idleTicksMax(world);
  for (const player of world.players) player.idleTicks = Math.min(idleMax, player.idleTicks + 1);
  const triggers: Trigger[] = [];
  for (const { seat, inputs } of lists) {
    const player = playerAt(world, seat);
    // An empty list is no input. `idleTicks` is 0 when the seat had a list in this tick: a second one is ignored.
    if (player === undefined || inputs.length === 0 || player.idleTicks === 0) continue;
    if (isAway(player)) beSafe(player, world.tick + returnSafeTicks);
    player.idleTicks = 0;
    // The dead consume their inputs and do nothing.
    if (!player.alive) continue;
    const shot = applyList(player, inputs);
    if (shot) triggers.push({ player, aim: shot.aim, moment: momentSeen(world, player, shot.seen) });
  }
  for (const player of world.players) {
    if (player.alive && player.idleTicks > idleAfterTicks) movePlayer(player, noMove);
  }
  // When two kill the same player in one tick, the lower seat scores, bot or not.
  return triggers.sort((a, b) => a.player.seat - b.player.seat);
}

/** @returns the last input that fires */
function applyList(player: Player, inputs: readonly ArenaInput[]): ArenaInput | undefined {
  let shot: ArenaInput | undefined;
  for (const raw of inputs.slice(0, inputsPerTickMax)) {
    const input = bounded(raw);
    movePlayer(player, input);
    player.aim = input.aim;
    const fires = (input.buttons & fireButton) !== 0;
    if (fires) shot = input;
    if (fires || input.moveX !== 0 || input.moveY !== 0) player.safeUntilTick = 0;
  }
  return shot;
}
