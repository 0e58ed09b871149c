/**
 * Inputs of a client over a line that delays, jitters and stalls, to a server that takes them tick by tick, under one clock
 * of its own: the client's pace and the server's hold as they are. Inputs come in order, as over TCP.
 */

import { InputHold } from "../../server/room/input-hold.ts";
import { InputPace } from "../../shared/client/input-pace.ts";
import { inputsPerTickMax } from "../../shared/game/game.ts";
import { Chance } from "../simulation/chance.ts";
import type { Line } from "./drawn-line.ts";

const tickMs = 1000 / 30;
const askedEveryMs = 500;
/** How fine the client's timer is. */
const timerMs = 1;

export interface Paced {
  /** Share of ticks without an input. */
  readonly missed: number;
  /** How long an input waited at the server, in ticks, median. */
  readonly waitTicks: number;
  /** The most inputs that one tick took, and that waited behind one. */
  readonly takenMost: number;
  readonly waitingMost: number;
}

export interface PacedOptions {
  readonly seconds?: number;
  readonly seed?: number;
  /** The client sends at its own rate and hears nothing, as one with the SDK alone. */
  readonly unsteered?: boolean;
  /** How much faster than the server's the client's clock is. */
  readonly drift?: number;
  /** When the client's first input is sent, in parts of a tick. */
  readonly phase?: number;
}

export function pacedOver(line: Line, options: PacedOptions = {}): Paced {
  const { seconds = 120, seed = 7, unsteered = false, drift = 0, phase = 0.5 } = options;
  const chance = new Chance(seed);
  const pace = new InputPace(tickMs);
  const hold = new InputHold(tickMs);
  const late = () =>
    (chance.below(1000) / 1000) * line.jitterMs + (chance.happens(line.stalls) ? line.stallMs : 0);
  const coming: number[] = [];
  const waiting: number[] = [];
  const waits: number[] = [];
  const counted = { ticks: 0, missed: 0, takenMost: 0, waitingMost: 0 };
  let [freeAtMs, nextTickMs, budget, askedAtMs, heardSinceMs] = [0, 1000, inputsPerTickMax, 0, 0];
  let report: { atMs: number; of: ReturnType<InputHold["heard"]>; sinceMs: number } | undefined;
  for (let nowMs = 1000 + phase * tickMs; nowMs < seconds * 1000; nowMs += timerMs) {
    const clientMs = nowMs * (1 + drift);
    for (let due = pace.due(clientMs); due > 0; due--) {
      freeAtMs = Math.max(freeAtMs, nowMs + line.delayMs + late());
      coming.push(freeAtMs);
    }
    if (report !== undefined && report.atMs <= nowMs) {
      if (!unsteered) pace.heard(report.of, report.sinceMs);
      report = undefined;
    }
    if (nowMs - askedAtMs >= askedEveryMs && report === undefined) {
      askedAtMs = nowMs;
      report = { atMs: nowMs + 2 * line.delayMs + late(), of: hold.heard(), sinceMs: heardSinceMs };
      heardSinceMs = clientMs;
    }
    while (nextTickMs <= nowMs) {
      while (coming[0] !== undefined && coming[0] <= nextTickMs) {
        hold.arrived(coming[0]);
        waiting.push(coming.shift()!);
      }
      budget = Math.min(inputsPerTickMax, budget + 1);
      const taken = hold.take(waiting.length, budget, nextTickMs);
      budget -= taken;
      const those = waiting.splice(0, taken);
      if (nextTickMs > 15_000) {
        counted.ticks += 1;
        if (taken === 0) counted.missed += 1;
        counted.takenMost = Math.max(counted.takenMost, taken);
        counted.waitingMost = Math.max(counted.waitingMost, waiting.length);
        waits.push(...those.map((atMs) => (nextTickMs - atMs) / tickMs));
      }
      nextTickMs += tickMs;
    }
  }
  waits.sort((a, b) => a - b);
  const waitTicks = waits[Math.floor(waits.length / 2)]!;
  const { ticks, missed, takenMost, waitingMost } = counted;
  return { missed: missed / ticks, waitTicks, takenMost, waitingMost };
}
