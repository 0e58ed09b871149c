/**
 * The words in which the table of a match's life is written: a state and an event for each name, and what became of a
 * state in one line.
 */
import type {
  Alive,
  Life,
  LifeEffect,
  LifeEvent,
  LifeLimits,
  NextLife,
} from "../../server/match/life/life.ts";

export const strict: LifeLimits = {
  unackedTicksMax: 10,
  gateBytesMax: 1000,
  snapshotEveryTicks: 20,
  snapshotEveryBytes: 5000,
};
export const available: LifeLimits = { ...strict, gate: "available" };

/** At tick 30 of its World, 28 of them durable, with a snapshot of tick 20. */
const alive: Alive = {
  ...{ tick: 30, durableTick: 28, keptTick: 20, bytesSince: 100, retryAtTick: 0 },
  snapshot: undefined,
};
const whole = { ...alive, durableTick: 30 };
const writing = { snapshot: { kind: "writing", tick: 30 } } as const;
const left = { ...alive, kind: "unprotected", over: false } as const;
const broken = { untilTick: 30, why: "stopped" };

/** Every state, with every phase of it. */
export const states = {
  running: { ...alive, kind: "running" },
  "running, whole": { ...whole, kind: "running" },
  frozen: { ...alive, durableTick: 20, kind: "frozen" },
  "unprotected, waiting": { ...left, regain: { kind: "waiting", turns: 3 } },
  "unprotected, snapshot": { ...left, ...writing, regain: { kind: "snapshot", tick: 30 } },
  "unprotected, catching-up": { ...left, regain: { kind: "catching-up", untilTick: 30 } },
  mending: { ...alive, kind: "mending", before: "running", asked: false },
  "mending, asked": { ...alive, ...writing, kind: "mending", before: "running", asked: true },
  "handing-off, draining": { ...alive, kind: "handing-off", before: "running", phase: "draining" },
  "handing-off, keeping": { ...whole, ...writing, kind: "handing-off", before: "running", phase: "keeping" },
  "handing-off, kept": { ...whole, keptTick: 30, kind: "handing-off", before: "running", phase: "kept" },
  "finishing, draining": { ...alive, kind: "finishing", phase: "draining", trouble: undefined },
  "finishing, settling": { ...whole, kind: "finishing", phase: "settling", trouble: undefined },
  "finishing, storing": { ...whole, kind: "finishing", phase: "storing", trouble: undefined },
  over: { kind: "over", durableTick: 30 },
  stopped: { kind: "stopped", durableTick: 28, broken: undefined },
  "stopped, broken": { kind: "stopped", durableTick: 28, broken },
} as const satisfies Record<string, Life>;

const lost = "store/lost-acknowledged";
const stale = "fence/stale-epoch";

/** Every event, of whatever makes a difference. */
export const events = {
  "tick due": { kind: "tick-due", heldBytes: 500, patch: false },
  "tick due, gate too full": { kind: "tick-due", heldBytes: 501, patch: true },
  ticked: { kind: "ticked", bytes: 10, over: false },
  "ticked, over": { kind: "ticked", bytes: 10, over: true },
  broke: { kind: "broke", untilTick: 30, why: "stopped" },
  "durable in part": { kind: "durable", tick: 29 },
  durable: { kind: "durable", tick: 30 },
  lost: { kind: "append-refused", tick: 31, code: lost },
  "lost, but covered": { kind: "append-refused", tick: 20, code: lost },
  fenced: { kind: "append-refused", tick: 31, code: stale },
  "fenced, but covered": { kind: "append-refused", tick: 20, code: stale },
  "snapshot kept": { kind: "snapshot-kept", tick: 30 },
  "older snapshot kept": { kind: "snapshot-kept", tick: 25 },
  "snapshot failed": { kind: "snapshot-failed", tick: 30 },
  "older snapshot failed": { kind: "snapshot-failed", tick: 25 },
  "snapshot refused": { kind: "snapshot-refused", tick: 30, code: stale },
  "park asked": { kind: "park-asked" },
  "hand over asked": { kind: "hand-over-asked" },
  resumed: { kind: "resumed" },
  "handed over": { kind: "handed-over" },
  "declared lost": { kind: "declared-lost" },
  settled: { kind: "settled" },
  "end kept": { kind: "end-kept" },
  "end failed": { kind: "end-failed", error: new Error("away") },
  "end refused": { kind: "end-refused", code: stale },
} as const satisfies Record<string, LifeEvent>;

export type StateName = keyof typeof states;
export type EventName = keyof typeof events;

/** What follows from each event, in words; `nothing`: the state stays as it is, to the letter, and nothing is done. */
export type Row = Partial<Record<EventName, string>> & { readonly nothing: readonly EventName[] };

/** `frozen, durable 20 → 30: release 30, tell frozen`: the state, what changed in it, and what is to be done. */
export function told(before: Life, { life, effects }: NextLife): string {
  if (life === before && effects.length === 0) return "nothing";
  const changes = "tick" in before && "tick" in life ? changed(before, life) : [];
  const what = [nameOf(life), ...changes].join(", ");
  return effects.length === 0 ? what : `${what}: ${effects.map(words).join(", ")}`;
}

function changed(before: Alive, after: Alive): string[] {
  const numbers = (["tick", "durableTick", "keptTick", "retryAtTick"] as const).flatMap((name) =>
    before[name] === after[name] ? [] : [`${name.replace("Tick", "")} ${after[name]}`],
  );
  const { snapshot } = after;
  const same = before.snapshot?.kind === snapshot?.kind && before.snapshot?.tick === snapshot?.tick;
  const way = snapshot === undefined ? "no snapshot under way" : `snapshot ${snapshot.tick} ${snapshot.kind}`;
  return same ? numbers : [...numbers, way];
}

function nameOf(life: Life): string {
  switch (life.kind) {
    case "unprotected":
      return `${life.over ? "over, " : ""}unprotected, ${life.regain.kind}`;
    case "mending":
      return `mending a ${life.before}${life.asked ? ", asked" : ""}`;
    case "handing-off":
      return `handing-off a ${life.before}, ${life.phase}`;
    case "finishing":
      return `finishing, ${life.phase}`;
    case "stopped":
      return life.broken === undefined ? "stopped" : "stopped, broken";
    default:
      return life.kind;
  }
}

function words(effect: LifeEffect): string {
  switch (effect.kind) {
    case "tick":
      return `tick ${effect.record}${effect.patch ? " and patch" : ""}`;
    case "release":
    case "close-gate":
      return `${effect.kind} ${effect.tick}`;
    case "tell":
      return `tell ${effect.news}`;
    case "tell-stopped":
      return `tell stopped ${effect.code}`;
    case "hand-over-failed":
      return `hand-over-failed ${effect.why}`;
    default:
      return effect.kind;
  }
}
