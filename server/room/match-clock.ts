/**
 * Colyseus' clock of a room, driven by its match: clients see match time, which continues after a restore; message
 * limits need real time; nothing ticks by itself.
 */

import type { Room } from "@colyseus/core";
import type { SteadyClock } from "../../shared/clock.ts";

export function followMatchTime({ clock }: Room, matchTimeMs: number, nowMs: SteadyClock): void {
  clock.tick = () => {};
  clock.elapsedTime = matchTimeMs;
  Object.defineProperty(clock, "currentTime", { get: nowMs, set: () => {} });
}
