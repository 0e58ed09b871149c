/** Numbers around a mean, for simulations. */
import type { Chance } from "./chance.ts";

/** Mean 0, spread 1: the sum of twelve even chances is near enough to normal, and the same everywhere. */
export function bell(chance: Chance): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += chance.uint32() / 0x1_0000_0000;
  return sum;
}
