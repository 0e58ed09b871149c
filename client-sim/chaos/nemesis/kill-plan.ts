/** When chaos kills, drawn from a seed: while everyone plays, while somebody joins, while they come back. */
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";

/**
 * playing: some seconds after everyone plays. joining: the same, with somebody on their way in. coming-back:
 * right after the first one is back from the kill before.
 */
type KillKind = "playing" | "joining" | "coming-back";

export interface Kill {
  readonly kind: KillKind;
  /** From the moment that its kind waits for. */
  readonly waitMs: number;
  /** joining: from the start of the join. */
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
