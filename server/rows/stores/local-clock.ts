/**
 * The clock of one process' store: it starts at the wall clock and then follows the monotonic one, so that a step of
 * the wall clock changes nothing. It never returns to a time before the one stored on its disk, not even after a
 * restart. It stays ahead of a wall clock that was set back.
 */
import type { SteadyClock, UnixClock, UnixMs } from "../../../shared/clock.ts";
import type { Disk, WritablePages } from "./disk.ts";

const key = "clock";
/** How much of it a restart may lose. */
const keepEveryMs = 1000;

export interface LocalClock {
  /** In whole ms: rows are kept for differences of it. */
  readonly nowMs: UnixClock;
  /** How far it is ahead of the wall clock at its start. */
  readonly aheadMs: number;
}

export function localClock(
  disk: Disk,
  { wallMs, steadyMs }: { wallMs: UnixClock; steadyMs: SteadyClock },
): LocalClock {
  const wallAtStartMs = wallMs();
  const startMs = Math.max(wallAtStartMs, Number(disk.committed.get(key) ?? 0));
  const startedAtMs = steadyMs();
  return {
    nowMs: () => Math.floor(startMs + steadyMs() - startedAtMs),
    aheadMs: startMs - wallAtStartMs,
  };
}

/** Called in every transaction; writes the time now and then. */
export class ClockKeeper {
  #keptMs = Number.NEGATIVE_INFINITY;

  keep(pages: WritablePages, nowMs: UnixMs): void {
    if (nowMs - this.#keptMs < keepEveryMs) return;
    this.#keptMs = nowMs;
    pages.put(key, String(nowMs));
  }
}
