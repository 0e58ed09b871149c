/** The times of the kills of rooms, drawn from a seed: while all play, while a player joins, while players come back. */
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { Kill } from "../nemesis/kill-plan.ts";

const order: readonly Kill["kind"][] = ["playing", "joining", "coming-back", "playing"];
const playingMsMax = 900;
const comingBackMsMax = 300;
const joinMsMax = 200;

export function roomKillPlan(kills: number, random: RandomState): Kill[] {
  return Array.from({ length: kills }, (_, index) => {
    const kind = order[index % order.length]!;
    const waitMs = nextBelow(random, kind === "coming-back" ? comingBackMsMax : playingMsMax);
    return { kind, waitMs, joinMs: nextBelow(random, joinMsMax) };
  });
}
