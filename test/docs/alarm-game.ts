/** The game of docs/time-and-sleep.md: an alarm that rings when its time is there, also while everybody sleeps. */
import { z } from "zod";
import { defineGame, f64, optional, u16 } from "../../doors/game.ts";

export const alarm = defineGame({
  ...{ name: "alarm", version: 1, rate: "events", whenEmpty: "sleep", seats: [1, 4] },
  options: z.object({}),
  commands: { set: z.object({ minutes: z.int().min(1).max(10_000) }) },
  view: { rings: u16, at: optional(f64) },
  create: () => ({ rings: 0, at: null as number | null }),
  step(world, tick) {
    for (const { payload } of tick.commands) world.at = tick.now + payload.minutes * 60_000;
    if (world.at === null || tick.now < world.at) return;
    world.rings += 1;
    world.at = null;
    tick.tell("all", "rang");
  },
  wakeAt: ({ at }) => at,
  see: ({ rings, at }) => ({ rings, at }),
});
