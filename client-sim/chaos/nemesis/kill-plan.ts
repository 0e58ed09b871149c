/** The times of the kills, drawn from a seed: while all play, while a player joins, while players come back. */
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";

/**
 * playing: some seconds after everyone plays. joining: the same, while a player joins. coming-back: right after the
 * first player is back from the previous kill.
 */
type KillKind = "playing" | "joining" | "coming-back";

export interface Kill {
  readonly kind: KillKind;
  /** Wait after the moment that the kind stands for. */
  readonly waitMs: number;
  /** For `joining`: the wait after the start of the join. */
  readonly joinMs: number;
}

const order: readonly KillKind[] = ["playing", "joining", "coming-back", "playing"];
/** The unmodified SDK gives up a room that breaks within its first 5 s. */
const firstWaitMs = 5500;
const waitMsMin = 3000;
const waitMsSpread = 1500;
const joinMsMax = 200;
const backMsMax = 150;

export function killPlan(kills: number, random: RandomState): Kill[] {
  return Array.from({ length: kills }, (_, index) => {
    const kind = order[index % order.length]!;
    const waitMs =
      kind === "coming-back" ? nextBelow(random, backMsMax) : waitMsMin + nextBelow(random, waitMsSpread);
    return { kind, waitMs: index === 0 ? firstWaitMs : waitMs, joinMs: nextBelow(random, joinMsMax) };
  });
}
