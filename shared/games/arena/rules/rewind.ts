/**
 * Lag compensation. A player sees the others as they were some ticks ago, so a rail shot is judged by where they were
 * then: the World remembers where each living player was in the last ticks, and an input that fires says what was on the
 * screen. Nobody is found where they were before they came to life, and nobody sees further back than `rewindTicksMax`,
 * or further back than they have seen already.
 */
import { type ArenaWorld, type Player, ticksPerSecond } from "../world.ts";

/** 200 ms: who is hit behind a wall was in sight no longer ago. */
export const rewindTicksMax = ticksPerSecond / 5;
/** What was on the screen is said in this part of a tick. */
const partsPerTick = 16;
/** Beyond it the count begins again; 0 means that nothing was said. */
const momentsMax = 65_535;

/** What an input says of the moment that was on its sender's screen, a tick of the match with its fraction. */
export function momentSaid(tick: number): number {
  return 1 + (Math.max(0, Math.round(tick * partsPerTick)) % momentsMax);
}

/**
 * The moment that a shot of this tick is judged by, as a tick with its fraction. It changes what the player has seen.
 * @param said as an input has it (`momentSaid`)
 */
export function momentSeen(world: ArenaWorld, player: Player, said: number): number {
  if (said === 0) return world.tick;
  const now = world.tick * partsPerTick;
  const ago = (((now - (said - 1)) % momentsMax) + momentsMax) % momentsMax;
  // What would lie in the future is far in the past here, and means now: it cannot have been seen.
  const isPast = ago <= momentsMax / 2;
  const moment = isPast ? world.tick - Math.min(ago / partsPerTick, rewindTicksMax) : world.tick;
  player.sawTick = Math.max(player.sawTick, moment);
  return player.sawTick;
}

/** At the end of a tick. */
export function rememberPlaces(world: ArenaWorld): void {
  for (const { alive, trail, x, y } of world.players) {
    if (!alive) trail.length = 0;
    else if (trail.push(x, y) > 2 * rewindTicksMax) trail.splice(0, 2);
  }
}

/** Where the player was at that moment; undefined: not alive, or not here yet. */
export function placeAt(
  world: ArenaWorld,
  { trail, x, y }: Player,
  moment: number,
): { readonly x: number; readonly y: number } | undefined {
  if (moment >= world.tick) return { x, y };
  /** Index of the place before the moment; the trail ends with the tick before this one. */
  const before = Math.floor(moment) - (world.tick - trail.length / 2);
  if (before < 0) return undefined;
  const part = moment - Math.floor(moment);
  const [fromX, fromY] = [trail[2 * before]!, trail[2 * before + 1]!];
  const [toX, toY] = [trail[2 * before + 2] ?? x, trail[2 * before + 3] ?? y];
  return { x: fromX + (toX - fromX) * part, y: fromY + (toY - fromY) * part };
}
