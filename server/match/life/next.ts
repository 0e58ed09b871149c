/**
 * The one machine of a match's life: what follows from an event in a state. It decides everything and does nothing:
 * live-match.ts carries the effects out, in their order, and says what came of them as further events.
 * test/match/life has every state and every event, row by row.
 */

import { afterStop, finishing, over } from "./ending.ts";
import { handingOff, mending } from "./halted.ts";
import type { Life, LifeEvent, LifeLimits, NextLife } from "./life.ts";
import { playing } from "./playing.ts";
import { unprotected } from "./unprotected.ts";

export function nextLife(life: Life, event: LifeEvent, limits: LifeLimits): NextLife {
  switch (life.kind) {
    case "running":
    case "frozen":
      return playing(life, event, limits);
    case "unprotected":
      return unprotected(life, event, limits);
    case "mending":
      return mending(life, event);
    case "handing-off":
      return handingOff(life, event, limits);
    case "finishing":
      return finishing(life, event, limits);
    case "over":
      return over(life, event);
    case "stopped":
      return afterStop(life, event);
  }
}
