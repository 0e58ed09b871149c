/**
 * The end of a match. Finishing: the code that counts outcomes is told, then the store, then the players. The journal
 * is the outbox: until both have the end, the match counts as running, so if this process dies in between, the next
 * owner repeats these steps. Counting the same end twice must therefore be harmless.
 */
import {
  becomes,
  durable,
  type Happened,
  inAnyState,
  ownerGone,
  refused,
  stays,
  stopped,
  takenOver,
} from "./any-state.ts";
import type { Finishing, LifeEvent, LifeLimits, NextLife, Over, Stopped } from "./life.ts";

export function finishing(life: Finishing, event: LifeEvent, limits: LifeLimits): NextLife {
  switch (event.kind) {
    case "tick-due":
      if (life.phase !== "draining" || life.durableTick < life.tick) return stays(life);
      return becomes({ ...life, phase: "settling" }, { kind: "settle" });
    case "durable":
      return durable(life, event.tick);
    case "append-refused":
      return refused(life, event, limits);
    // The end may have overtaken a slow snapshot, which the store then refuses; that is not a fence.
    case "snapshot-refused":
      return stays(life);
    case "settled":
      return life.phase === "settling"
        ? becomes({ ...life, phase: "storing" }, { kind: "store-end" })
        : stays(life);
    case "end-kept":
      return life.phase === "storing" ? isOverNow(life) : stays(life);
    case "end-failed":
      return endFailed(life, event);
    case "end-refused":
      return stopped(life, event.code, takenOver);
    default:
      return inAnyState(life, event);
  }
}

function isOverNow({ durableTick }: Finishing): NextLife {
  return becomes({ kind: "over", durableTick }, { kind: "tell", news: "over" });
}

function endFailed(life: Finishing, { error }: Happened<"end-failed">): NextLife {
  const next: Finishing = { ...life, phase: "draining", trouble: error.message };
  if (life.trouble === error.message) return stays(next);
  const message = "the end of a match could not be stored; trying again";
  return becomes(next, { kind: "log", message, details: { error } });
}

/** The players look at the result. */
export function over(life: Over, event: LifeEvent): NextLife {
  switch (event.kind) {
    case "hand-over-asked":
      return becomes(life, { kind: "hand-over-failed", why: "is over" });
    case "handed-over":
    case "declared-lost":
      return ownerGone(life, event);
    default:
      return stays(life);
  }
}

export function afterStop(life: Stopped, event: LifeEvent): NextLife {
  switch (event.kind) {
    case "hand-over-asked":
      return becomes(life, { kind: "hand-over-failed", why: "is stopped" });
    case "durable":
      return setAside(life, event);
    default:
      return stays(life);
  }
}

function setAside(life: Stopped, { tick }: Happened<"durable">): NextLife {
  const durableTick = Math.max(life.durableTick, tick);
  const { broken } = life;
  if (broken === undefined || durableTick < broken.untilTick) return stays({ ...life, durableTick });
  return becomes({ ...life, durableTick, broken: undefined }, { kind: "set-aside", why: broken.why });
}
