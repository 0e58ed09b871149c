/**
 * A match that stands still on purpose: until a hole in the store is closed (mending), or for a move (handing-off).
 */
import {
  aliveOf,
  answered,
  becomes,
  durable,
  type Happened,
  inAnyState,
  isWriting,
  refused,
  stays,
  stopped,
  takenOver,
  writingNow,
} from "./any-state.ts";
import type { HandingOff, LifeEvent, LifeLimits, Mending, NextLife } from "./life.ts";

export function mending(life: Mending, event: LifeEvent): NextLife {
  switch (event.kind) {
    case "tick-due":
    case "park-asked":
      return mend(life);
    // An answer for records before the hole; everything after it is safe once the snapshot is kept.
    case "durable":
      return stays(life);
    case "append-refused":
      return mendingRefused(life, event);
    case "snapshot-kept":
      return life.asked && event.tick === life.tick ? mended(life, event) : stays(answered(life, event));
    case "snapshot-failed":
      return stays({ ...answered(life, event), asked: life.asked && event.tick !== life.tick });
    default:
      return inAnyState(life, event);
  }
}

/**
 * A snapshot already on its way may date from before the loss and closes no hole: wait for its answer, then write
 * one.
 */
function mend(life: Mending): NextLife {
  if (isWriting(life)) return stays(life);
  return becomes({ ...life, ...writingNow(life), asked: true }, { kind: "keep-snapshot" });
}

function mended(life: Mending, event: Happened<"snapshot-kept">): NextLife {
  const alive = { ...aliveOf(answered(life, event)), durableTick: event.tick };
  const release = { kind: "release", tick: event.tick } as const;
  const { before } = life;
  if (before !== "finishing") return becomes({ ...alive, kind: before }, release);
  return becomes({ ...alive, kind: before, phase: "draining", trouble: undefined }, release);
}

function mendingRefused(life: Mending, { tick, code }: Happened<"append-refused">): NextLife {
  const isCovered = tick <= life.durableTick && life.before === "finishing";
  const isKnown = code === "store/lost-acknowledged";
  return isKnown || isCovered ? stays(life) : stopped(life, code, takenOver);
}

export function handingOff(life: HandingOff, event: LifeEvent, limits: LifeLimits): NextLife {
  switch (event.kind) {
    case "durable":
      return drained(life, event);
    case "append-refused":
      return refused(life, event, limits);
    case "snapshot-kept":
      return snapshotKept(life, event);
    case "snapshot-failed":
      return snapshotFailed(life, event);
    case "hand-over-asked":
      return life.phase === "kept" ? becomes(life, { kind: "hand-over-kept" }) : stays(life);
    case "resumed":
      return resumed(life);
    default:
      return inAnyState(life, event);
  }
}

function drained(life: HandingOff, event: Happened<"durable">): NextLife {
  const next = durable(life, event.tick);
  const { durableTick } = next.life;
  if (life.phase !== "draining" || durableTick < life.tick) return next;
  const keeping = { ...life, ...writingNow(life), durableTick, phase: "keeping" } as const;
  return becomes(keeping, ...next.effects, { kind: "keep-snapshot" });
}

function snapshotKept(life: HandingOff, event: Happened<"snapshot-kept">): NextLife {
  const next = answered(life, event);
  if (life.phase !== "keeping" || event.tick !== life.tick) return stays(next);
  return becomes({ ...next, phase: "kept" }, { kind: "hand-over-kept" });
}

function snapshotFailed(life: HandingOff, event: Happened<"snapshot-failed">): NextLife {
  const next = answered(life, event);
  if (life.phase !== "keeping" || event.tick !== life.tick) return stays(next);
  const why = "stays here: the snapshot to move it with was not kept";
  return becomes({ ...aliveOf(next), kind: life.before }, { kind: "hand-over-failed", why });
}

/** If another node took the match nevertheless, the store refuses the next record. */
function resumed(life: HandingOff): NextLife {
  const here = { ...aliveOf(life), kind: life.before };
  if (life.phase === "kept") return stays(here);
  return becomes(here, { kind: "hand-over-failed", why: "goes on here" });
}
