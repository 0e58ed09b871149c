/**
 * The life of a match on its node, as data: the states in the order of life, what may happen to a match, and what is
 * to be done then. next.ts says what follows from what. Nothing here knows a clock, a store, a promise or a player.
 *
 *   running ⇄ frozen              strict: too much of it is not durable
 *   running ⇄ unprotected         available: the same, and it plays on
 *   running ⇄ mending             strict: the store lost what it had acknowledged
 *   running ⇄ handing-off         a planned move
 *   running → finishing → over    the end; the store may fail it then too, and is waited for
 *   any of them → stopped         another node has it, or a bug broke it
 */

/** strict: a match whose store does not keep up freezes. available: it plays on unprotected. */
export type GatePolicy = "strict" | "available";

export interface LifeLimits {
  /** Default strict. */
  readonly gate?: GatePolicy;
  /** The store does not keep up when so many ticks of the match are not durable. */
  readonly unackedTicksMax: number;
  /** Half of it held: the same. */
  readonly gateBytesMax: number;
  readonly snapshotEveryTicks: number;
  readonly snapshotEveryBytes: number;
}

/** A failed snapshot is tried again after so many ticks. */
export const retryTicks = 30;

/** Of every match that may still go on here. */
export interface Alive {
  /** Newest of its World. */
  readonly tick: number;
  /** Invariant: never falls. What players see reflects no later tick, unless it is unprotected. */
  readonly durableTick: number;
  /** Of the newest snapshot that is kept, or the tick with which it came here. */
  readonly keptTick: number;
  /** Journaled since the last snapshot was taken. */
  readonly bytesSince: number;
  /** None is taken of its own accord before it. */
  readonly retryAtTick: number;
  readonly snapshot: SnapshotUnderWay | undefined;
}

/** waiting: taken, and not written before its tick is durable. writing: the newest one on its way to the store. */
export interface SnapshotUnderWay {
  readonly kind: "waiting" | "writing";
  readonly tick: number;
}

/** Ticks, and what it shows waits for the store. */
export interface Running extends Alive {
  readonly kind: "running";
}

/** Stands still, and its players know, until the store has caught up. */
export interface Frozen extends Alive {
  readonly kind: "frozen";
}

/** Plays on without the store: what players see is lost if the process dies. */
export interface Unprotected extends Alive {
  readonly kind: "unprotected";
  /** Its World is over; the store shall know as soon as it has it. */
  readonly over: boolean;
  readonly regain: Regain;
}

export type Regain =
  /** Tries a snapshot when it has stood for so many turns. */
  | { readonly kind: "waiting"; readonly turns: number }
  /** One of `tick` is on its way; the records behind it are held, or a crash in between would leave a hole. */
  | { readonly kind: "snapshot"; readonly tick: number }
  /** It is kept; the match is whole again when this tick is durable. */
  | { readonly kind: "catching-up"; readonly untilTick: number };

/** Stands still until a snapshot has closed the hole in the store; then it is what it was before. */
export interface Mending extends Alive {
  readonly kind: "mending";
  readonly before: "running" | "frozen" | "finishing";
  /** Whether the snapshot that closes it is on its way. */
  readonly asked: boolean;
}

/** Stands still so that another node can go on from here, or this one after all. */
export interface HandingOff extends Alive {
  readonly kind: "handing-off";
  readonly before: "running" | "frozen";
  /** draining: not all of it is durable. keeping: its snapshot is on its way. kept: another node may have it. */
  readonly phase: "draining" | "keeping" | "kept";
}

/** Over, and the store does not know yet. */
export interface Finishing extends Alive {
  readonly kind: "finishing";
  /** draining: not all of it is durable, or the last try failed. settling: who counts it is told. storing: the store. */
  readonly phase: "draining" | "settling" | "storing";
  /** The last failure that was logged; it is tried every tick. */
  readonly trouble: string | undefined;
}

/** Its players know the result. */
export interface Over {
  readonly kind: "over";
  readonly durableTick: number;
}

/** Nothing more leaves it. */
export interface Stopped {
  readonly kind: "stopped";
  readonly durableTick: number;
  /** Set aside when everything up to `untilTick` is durable, so that its journal shows what broke it. */
  readonly broken: { readonly untilTick: number; readonly why: string } | undefined;
}

export type Living = Running | Frozen | Unprotected | Mending | HandingOff | Finishing;
export type Life = Living | Over | Stopped;

/** Names of ticks are those of the match, never the ticker's. */
export type LifeEvent =
  /** `patch`: whether a patch falls on it. */
  | { readonly kind: "tick-due"; readonly heldBytes: number; readonly patch: boolean }
  /** The World is one tick further; the record of it has so many bytes. */
  | { readonly kind: "ticked"; readonly bytes: number; readonly over: boolean }
  /** A rule threw; the journal shows why when it is durable up to `untilTick`. */
  | { readonly kind: "broke"; readonly untilTick: number; readonly why: string }
  /** Everything up to `tick`. */
  | { readonly kind: "durable"; readonly tick: number }
  | { readonly kind: "append-refused"; readonly tick: number; readonly code: string }
  | { readonly kind: "snapshot-kept"; readonly tick: number }
  | { readonly kind: "snapshot-failed"; readonly tick: number }
  /** The store wants none of this epoch. */
  | { readonly kind: "snapshot-refused"; readonly tick: number; readonly code: string }
  /** The process is about to end as planned. */
  | { readonly kind: "park-asked" }
  | { readonly kind: "hand-over-asked" }
  /** It goes on here after all. */
  | { readonly kind: "resumed" }
  | { readonly kind: "handed-over" }
  /** This process was taken for dead; whatever the store says of it later. */
  | { readonly kind: "declared-lost" }
  | { readonly kind: "settled" }
  | { readonly kind: "end-kept" }
  | { readonly kind: "end-failed"; readonly error: Error }
  | { readonly kind: "end-refused"; readonly code: string };

/** In the order in which they are given. */
export type LifeEffect =
  /** The next tick: its record to the journal, behind the held ones, or nowhere; then it is applied, and shown. */
  | { readonly kind: "tick"; readonly record: "append" | "hold" | "drop"; readonly patch: boolean }
  | { readonly kind: "flush" }
  /** What the gate holds of ticks up to this one. */
  | { readonly kind: "release"; readonly tick: number }
  | { readonly kind: "open-gate" }
  | { readonly kind: "close-gate"; readonly tick: number }
  /** What the gate, the held records and a waiting snapshot hold: nobody may see it any more. */
  | { readonly kind: "drop-all" }
  /** Takes back the records that wait for the store. */
  | { readonly kind: "forget-journal" }
  | { readonly kind: "append-held" }
  | { readonly kind: "drop-held" }
  | { readonly kind: "take-snapshot" }
  | { readonly kind: "drop-snapshot" }
  /** The one that waits. */
  | { readonly kind: "write-snapshot" }
  /** Of now, in place of the one that waits. */
  | { readonly kind: "keep-snapshot" }
  | { readonly kind: "hand-over-kept" }
  | { readonly kind: "hand-over-failed"; readonly why: string }
  /** Who counts the outcome; may be told twice. */
  | { readonly kind: "settle" }
  | { readonly kind: "store-end" }
  | { readonly kind: "set-aside"; readonly why: string }
  | { readonly kind: "tell"; readonly news: News }
  | { readonly kind: "tell-stopped"; readonly code: string; readonly why: string }
  | { readonly kind: "log"; readonly message: string; readonly details?: object };

export type News = "frozen" | "resumed" | "unprotected" | "protected" | "over";

export interface NextLife {
  readonly life: Life;
  readonly effects: readonly LifeEffect[];
}

/** @param over a crash may have come between the last tick and the store's word that the match is over */
export function newLife(tick: number, over: boolean): Life {
  const alive = {
    tick,
    durableTick: tick,
    keptTick: tick,
    bytesSince: 0,
    retryAtTick: 0,
    snapshot: undefined,
  };
  if (!over) return { kind: "running", ...alive };
  return { kind: "finishing", ...alive, phase: "draining", trouble: undefined };
}

/** running: the World goes on, or would. finishing: it is over, the store does not know yet. */
export function lifecycleOf(life: Life): "running" | "finishing" | "over" | "stopped" {
  if (life.kind === "over" || life.kind === "stopped") return life.kind;
  return isOver(life) ? "finishing" : "running";
}

/** Whether its World is over. */
export function isOver(life: Living): boolean {
  if (life.kind === "unprotected") return life.over;
  return life.kind === "finishing" || (life.kind === "mending" && life.before === "finishing");
}

/** Whether its players were told that it stands still. */
export function isFrozen(life: Life): boolean {
  const isHalted = life.kind === "mending" || life.kind === "handing-off";
  return life.kind === "frozen" || (isHalted && life.before === "frozen");
}
