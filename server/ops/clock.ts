/** The clocks of this process. Only ops/ and compose/ read them; all other code gets one as an argument. */
import type { SteadyMs, UnixMs } from "../../shared/clock.ts";

/** Monotonic; ms since an arbitrary moment. */
export const nowMs = (): SteadyMs => performance.now();
/** The machine's clock. */
export const unixMs = (): UnixMs => Date.now();
