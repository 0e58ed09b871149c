/** A match that ticks under the protection of its journal (running), or stands still until it can (frozen). */
import {
  aliveOf,
  becomes,
  durable,
  type Happened,
  inAnyState,
  isBehind,
  isWriting,
  refused,
  stays,
  stopped,
  unprotectedFrom,
  writingNow,
} from "./any-state.ts";
import type { Frozen, LifeEffect, LifeEvent, LifeLimits, NextLife, Running } from "./life.ts";

/** The effects of almost every tick. */
const ticks: readonly LifeEffect[] = [{ kind: "tick", record: "append", patch: false }];
const ticksAndPatches: readonly LifeEffect[] = [{ kind: "tick", record: "append", patch: true }];

export function playing(life: Running | Frozen, event: LifeEvent, limits: LifeLimits): NextLife {
  switch (event.kind) {
    case "tick-due":
      return tickDue(life, event, limits);
    case "ticked":
      return life.kind === "running" ? ticked(life, event, limits) : stays(life);
    case "broke":
      return broke(life, event);
    case "durable":
      return durable(life, event.tick);
    case "append-refused":
      return refused(life, event, limits);
    case "park-asked":
      return parked(life);
    case "hand-over-asked":
      return handOver(life);
    default:
      return inAnyState(life, event);
  }
}

function tickDue(life: Running | Frozen, event: Happened<"tick-due">, limits: LifeLimits): NextLife {
  const tickNow = event.patch ? ticksAndPatches : ticks;
  const isStill = isBehind(life, event.heldBytes, limits);
  if (life.kind === "frozen") {
    if (isStill) return stays(life);
    return becomes({ ...life, kind: "running" }, { kind: "tell", news: "resumed" }, ...tickNow);
  }
  if (!isStill) return { life, effects: tickNow };
  if (limits.gate === "available")
    return unprotectedFrom(life, { kind: "tick", record: "drop", patch: event.patch });
  return becomes({ ...life, kind: "frozen" }, { kind: "tell", news: "frozen" });
}

function ticked(life: Running, { bytes, over }: Happened<"ticked">, limits: LifeLimits): NextLife {
  const next: Running = { ...life, tick: life.tick + 1, bytesSince: life.bytesSince + bytes };
  const isDue = snapshotDue(next, limits);
  if (!isDue && !over) return stays(next);
  const effects: LifeEffect[] = isDue ? [{ kind: "take-snapshot" }] : [];
  const taken: Running = isDue
    ? { ...next, bytesSince: 0, snapshot: { kind: "waiting", tick: next.tick } }
    : next;
  if (!over) return { life: taken, effects };
  // No further tick will flush the last record.
  effects.push({ kind: "flush" });
  return { life: { ...taken, kind: "finishing", phase: "draining", trouble: undefined }, effects };
}

function snapshotDue(life: Running, { snapshotEveryTicks, snapshotEveryBytes }: LifeLimits): boolean {
  if (life.snapshot !== undefined || life.tick < life.retryAtTick) return false;
  return life.tick - life.keptTick >= snapshotEveryTicks || life.bytesSince >= snapshotEveryBytes;
}

/** Setting aside needs no epoch, and a fenced owner must not end another owner's match: so it waits for the store. */
function broke(life: Running | Frozen, { untilTick, why }: Happened<"broke">): NextLife {
  const { effects } = stopped(life, "match/failed", why);
  const { durableTick } = life;
  const isShown = durableTick >= untilTick;
  const broken = isShown ? undefined : { untilTick, why };
  const aside: readonly LifeEffect[] = isShown ? [{ kind: "set-aside", why }] : [];
  return becomes({ kind: "stopped", durableTick, broken }, ...aside, ...effects, { kind: "flush" });
}

/** A snapshot must never be ahead of the journal. */
function parked(life: Running | Frozen): NextLife {
  const { tick, durableTick, keptTick } = life;
  if (tick === keptTick || tick > durableTick || isWriting(life, tick)) return stays(life);
  return becomes({ ...life, ...writingNow(life) }, { kind: "keep-snapshot" });
}

function handOver(life: Running | Frozen): NextLife {
  const { tick, durableTick } = life;
  const halted = { ...aliveOf(life), kind: "handing-off", before: life.kind } as const;
  const flush = { kind: "flush" } as const;
  if (isWriting(life, tick)) return becomes({ ...halted, phase: "keeping" }, flush);
  if (tick === durableTick)
    return becomes({ ...halted, ...writingNow(life), phase: "keeping" }, flush, { kind: "keep-snapshot" });
  const snapshot = isWriting(life) ? life.snapshot : undefined;
  return becomes({ ...halted, snapshot, phase: "draining" }, flush, { kind: "drop-snapshot" });
}
