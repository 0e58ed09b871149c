/**
 * The records with which the Worlds of `arena-version-1.json` were made: version 1 of the arena played `before`
 * for 240 ticks of them and came to `after`. They follow from the tick alone, so they need not be kept.
 */
import type { ArenaRecord } from "../../shared/games/arena/step.ts";
import { emptyRecord } from "./scripted-match.ts";

/** Everybody runs in squares and turns while shooting; one comes and goes, one drops and comes back. */
export function version1Record(tick: number): ArenaRecord {
  const directions = [
    [127, 0],
    [0, 127],
    [-127, 0],
    [0, -127],
  ] as const;
  const inputs = [0, 1, 3, 4].map((seat) => {
    const [moveX, moveY] = directions[(Math.floor(tick / 12) + seat) % 4]!;
    return {
      seat,
      inputs: [{ seq: tick, moveX, moveY, aim: (tick * 797 + seat * 9973) & 65535, buttons: 1, seen: 0 }],
    };
  });
  const events = {
    leaves: tick % 100 === 60 ? [3] : [],
    joins: tick % 100 === 80 ? [{ seat: 3, name: `guest of ${tick}` }] : [],
    drops: tick % 100 === 20 ? [1] : [],
    returns: tick % 100 === 40 ? [1] : [],
  };
  return { ...emptyRecord(tick), ...events, inputs };
}
