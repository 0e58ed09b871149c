/**
 * A match under the policy `available` whose store does not keep up: it plays on unprotected. Frames leave at once,
 * nothing is journaled, and nothing accumulates. A snapshot of the present World protects it again, as soon as the
 * store takes one. What players saw while it was unprotected is lost if the process dies or another one took the
 * match over meanwhile: that is the price (P2 holds under `strict`).
 *
 *   waiting ──turns──▶ snapshot ──kept──▶ catching-up ──durable──▶ protected again
 *      ▲── not kept, or too slow ──┘           │
 *      ▲──────── too far behind ───────────────┘
 *
 * Records behind a snapshot must not be stored before it: a crash in between would leave a hole that nothing covers.
 */
import {
  aliveOf,
  answered,
  becomes,
  durable,
  type Happened,
  inAnyState,
  isBehind,
  stays,
  stopped,
  takenOver,
  withoutStore,
  writingNow,
} from "./any-state.ts";
import {
  type LifeEffect,
  type LifeEvent,
  type LifeLimits,
  type NextLife,
  type Regain,
  retryTicks,
  type Unprotected,
} from "./life.ts";

const anew: Regain = { kind: "waiting", turns: 0 };

export function unprotected(life: Unprotected, event: LifeEvent, limits: LifeLimits): NextLife {
  switch (event.kind) {
    case "tick-due":
      return tickDue(life, event, limits);
    case "ticked":
      return ticked(life, event);
    // The store lacks the record that broke it: another owner continues from what the store has.
    case "broke": {
      const { life: end, effects } = stopped(life, "match/failed", event.why);
      return becomes(end, ...effects, { kind: "flush" });
    }
    case "durable":
      return caughtUp(life, event);
    case "append-refused":
      return appendRefused(life, event);
    case "snapshot-kept":
      return snapshotKept(life, event);
    case "snapshot-failed": {
      const isTried = life.regain.kind === "snapshot" && life.regain.tick === event.tick;
      return stays({ ...answered(life, event), regain: isTried ? anew : life.regain });
    }
    case "park-asked":
      return parked(life);
    default:
      return inAnyState(life, event);
  }
}

/** A match whose World is over takes its turns without ticking. */
function tickDue(
  life: Unprotected,
  { patch, heldBytes }: Happened<"tick-due">,
  limits: LifeLimits,
): NextLife {
  const { regain, over, tick } = life;
  const tickNow = (record: "append" | "hold" | "drop"): readonly LifeEffect[] =>
    over ? [] : [{ kind: "tick", record, patch }];
  switch (regain.kind) {
    case "waiting": {
      const turns = regain.turns + 1;
      if (turns < retryTicks)
        return becomes({ ...life, regain: { kind: "waiting", turns } }, ...tickNow("drop"));
      return becomes(trying(life), { kind: "keep-snapshot" }, ...tickNow("hold"));
    }
    case "snapshot":
      // A slower snapshot cannot protect the match. It does no harm if it is kept later.
      if (!over && tick + 1 - regain.tick > limits.unackedTicksMax)
        return becomes({ ...life, regain: anew }, { kind: "drop-held" }, ...tickNow("drop"));
      return becomes(life, ...tickNow("hold"));
    case "catching-up":
      if (over || !isBehind(life, heldBytes, limits)) return becomes(life, ...tickNow("append"));
      return becomes({ ...life, regain: anew }, ...withoutStore, ...tickNow("drop"));
  }
}

function trying(life: Unprotected): Unprotected {
  return { ...life, ...writingNow(life), regain: { kind: "snapshot", tick: life.tick } };
}

function ticked(life: Unprotected, { bytes, over }: Happened<"ticked">): NextLife {
  const next = { ...life, over, tick: life.tick + 1, bytesSince: life.bytesSince + bytes };
  return over ? becomes(next, { kind: "flush" }) : stays(next);
}

function caughtUp(life: Unprotected, { tick }: Happened<"durable">): NextLife {
  const { regain } = life;
  if (regain.kind !== "catching-up") return stays({ ...life, durableTick: Math.max(life.durableTick, tick) });
  const { life: next, effects } = durable(life, tick);
  if (tick < regain.untilTick) return { life: next, effects };
  return becomes(protectedAgain(next), ...effects, { kind: "tell", news: "protected" });
}

function protectedAgain(life: Unprotected) {
  const alive = aliveOf(life);
  if (!life.over) return { ...alive, kind: "running" } as const;
  return { ...alive, kind: "finishing", phase: "draining", trouble: undefined } as const;
}

function snapshotKept(life: Unprotected, event: Happened<"snapshot-kept">): NextLife {
  const { regain } = life;
  const { tick } = event;
  const kept = answered(life, event);
  if (regain.kind !== "snapshot" || regain.tick !== tick) return stays(kept);
  const next: Unprotected = {
    ...kept,
    durableTick: Math.max(life.durableTick, tick),
    regain: { kind: "catching-up", untilTick: life.tick },
  };
  const effects: readonly LifeEffect[] = [
    { kind: "close-gate", tick },
    { kind: "append-held" },
    { kind: "flush" },
  ];
  if (tick < life.tick) return { life: next, effects };
  return becomes(protectedAgain(next), ...effects, { kind: "tell", news: "protected" });
}

function appendRefused(life: Unprotected, { tick, code }: Happened<"append-refused">): NextLife {
  const isCovered = tick <= life.durableTick;
  if (code !== "store/lost-acknowledged")
    return isCovered && life.over ? stays(life) : stopped(life, code, takenOver);
  if (isCovered || life.regain.kind !== "catching-up") return stays(life);
  return becomes({ ...life, regain: anew }, ...withoutStore);
}

/** No other copy of this World exists: the snapshot may be ahead of the journal, which it replaces. */
function parked(life: Unprotected): NextLife {
  const { regain, tick, keptTick } = life;
  const isAsked = regain.kind === "snapshot" && regain.tick === tick;
  if (tick === keptTick || isAsked) return stays(life);
  if (regain.kind === "catching-up")
    return becomes({ ...life, ...writingNow(life) }, { kind: "keep-snapshot" });
  return becomes(trying(life), { kind: "drop-held" }, { kind: "keep-snapshot" });
}
