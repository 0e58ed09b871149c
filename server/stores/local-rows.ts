/** Rows of one process on a disk of its own, by a clock that never goes back behind what is on it. */
import type { Disk } from "../rows/stores/disk.ts";
import { LocalStore } from "../rows/stores/local.ts";
import { localClock } from "../rows/stores/local-clock.ts";
import type { OpenedRows, RowStoreParts } from "./store-kind.ts";

/** A system clock that was set back by more is worth a word. */
const aheadMsNamed = 60_000;

export function localRows(disk: Disk, { steadyMs, warn }: RowStoreParts): OpenedRows {
  const { nowMs, aheadMs } = localClock(disk, { wallMs: Date.now, steadyMs });
  if (aheadMs > aheadMsNamed)
    warn("the system clock was set back; tickets and sessions go on by the time that was", { aheadMs });
  return { store: new LocalStore({ disk, nowMs }), nowMs };
}
