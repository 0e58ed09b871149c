/**
 * Colyseus' clock of a room, driven by its match: clients see match time, which continues after a restore; message
 * limits need real time; nothing ticks by itself.
 */

import type { Room } from "@colyseus/core";
import type { SteadyClock } from "../../shared/clock.ts";

/**
 * Colyseus ticks the clock of a room without patch rate and interval 60 times a second; our ticker does it instead.
 */
export function tickNothing(room: Room): void {
  const timer = setTimeout(() => {}, 0);
  clearTimeout(timer);
  Object.assign(room, { _simulationInterval: timer });
}

export function followMatchTime({ clock }: Room, matchTimeMs: number, nowMs: SteadyClock): void {
  clock.tick = () => {};
  clock.elapsedTime = matchTimeMs;
  Object.defineProperty(clock, "currentTime", { get: nowMs, set: () => {} });
}
