/**
 * How busy this node is, measured once a second: the share of its main thread's time in use, how late its ticks are,
 * and its seats. Other nodes place matches by it, and it decides when the node is full.
 */
import { performance } from "node:perf_hooks";
import type { NodeLoad } from "../fleet/node-registry.ts";
import type { StatusNumbers } from "../ops/child-messages.ts";
import { every } from "../ops/work.ts";
import type { MatchProcess } from "./match-process.ts";

const measureEveryMs = 1000;

export interface LoadMeter {
  readonly load: () => Omit<NodeLoad, "full" | "joinsWaiting">;
  readonly status: () => StatusNumbers;
  readonly stop: () => void;
}

export function loadMeter({ host, status }: MatchProcess, matchesMax: number): LoadMeter {
  let numbers = status();
  let before = performance.eventLoopUtilization();
  let tickShare = 0;
  const stop = every("load", measureEveryMs, () => {
    numbers = status();
    tickShare = performance.eventLoopUtilization(before).utilization;
    before = performance.eventLoopUtilization();
  });
  return {
    load: () => {
      const lives = host.all().map(({ live }) => live);
      return {
        tickShare,
        latenessMsP99: numbers.tickLatenessMsP99,
        seatsTaken: lives.reduce((sum, { match }) => sum + match.seatsTaken, 0),
        seatsMax: lives.reduce((sum, { match }) => sum + match.game.seats.max, 0),
        matches: lives.length,
        matchesMax,
      };
    },
    status: () => numbers,
    stop,
  };
}
