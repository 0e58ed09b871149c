/**
 * The state machine of a match's life: what follows from an event in a state. It decides everything and performs
 * nothing: live-match.ts performs the effects in order, and reports the results as further events. test/match/life
 * has a row for every state and event.
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
