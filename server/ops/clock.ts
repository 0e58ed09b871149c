/** The clocks of this process. Only ops/ and compose/ read them; everything else is given one. */
import type { SteadyMs, UnixMs } from "../../shared/clock.ts";

/** Never steps; in ms since some moment. */
export const nowMs = (): SteadyMs => performance.now();
/** As this machine's clock is set. */
export const unixMs = (): UnixMs => Date.now();
