/**
 * The end of a process that owns matches, in its only order: the work on timers, the ticks, the last write, the clients,
 * a snapshot of each match. The store and everything else stay open: the caller closes them afterwards. A node of a
 * fleet drains before.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { MatchProcess } from "./match-process.ts";

/** Time for the last frames to leave before the process ends. */
export const goodbyeMs = 150;

export interface Shutdown {
  readonly process: MatchProcess;
  /** Ends what reads and writes the store by itself. */
  readonly stopWork: readonly (() => Promise<void>)[];
  /** Called when the last match is kept: leaves the fleet. */
  readonly leave?: () => Promise<void>;
}

export async function shutDown({ process, stopWork, leave }: Shutdown): Promise<void> {
  process.stopping = true;
  await Promise.all(stopWork.map((stop) => stop()));
  await process.closeRooms();
  await process.halt();
  process.rooms.sendEveryoneAway();
  await Promise.allSettled(process.host.all().map(({ live }) => live.park()));
  await leave?.();
  await pause(goodbyeMs);
}
