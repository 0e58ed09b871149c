/** Rows of one process on its own disk, by a clock that never goes back to a time before the stored one. */
import type { Disk } from "../rows/stores/disk.ts";
import { LocalStore } from "../rows/stores/local.ts";
import { localClock } from "../rows/stores/local-clock.ts";
import type { OpenedRows, RowStoreParts } from "./store-kind.ts";

/** A system clock that was set back by more than this is logged. */
const aheadMsNamed = 60_000;

export function localRows(disk: Disk, { steadyMs, warn }: RowStoreParts): OpenedRows {
  const { nowMs, aheadMs } = localClock(disk, { wallMs: Date.now, steadyMs });
  if (aheadMs > aheadMsNamed)
    warn("the system clock was set back; tickets and sessions continue by the earlier time", { aheadMs });
  return { store: new LocalStore({ disk, nowMs }), nowMs };
}
