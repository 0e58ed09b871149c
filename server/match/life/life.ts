/**
 * The life of a match on its node, as data: the states in order of life, the events, and the effects. next.ts decides
 * what follows from an event. Nothing here knows a clock, a store, a promise or a player.
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
  /** The store does not keep up when this many ticks of the match are not durable. */
  readonly unackedTicksMax: number;
  /** It also does not keep up when half of this is held. */
  readonly gateBytesMax: number;
  readonly snapshotEveryTicks: number;
  readonly snapshotEveryBytes: number;
}

/** A failed snapshot is tried again after this many ticks. */
export const retryTicks = 30;

/** The fields of every match that may still continue here. */
export interface Alive {
  /** Newest tick of its World. */
  readonly tick: number;
  /** Invariant: never falls. What players see reflects no later tick, unless it is unprotected. */
  readonly durableTick: number;
  /** Tick of the newest snapshot that is kept, or the tick at which the match was opened here. */
  readonly keptTick: number;
  /** Bytes journaled since the last snapshot was taken. */
  readonly bytesSince: number;
  /** No snapshot is taken before this tick unless one is requested. */
  readonly retryAtTick: number;
  readonly snapshot: SnapshotUnderWay | undefined;
}

/** waiting: taken; it is written once its tick is durable. writing: the newest one on its way to the store. */
export interface SnapshotUnderWay {
  readonly kind: "waiting" | "writing";
  readonly tick: number;
}

/** The match ticks, and its frames wait for the store. */
export interface Running extends Alive {
  readonly kind: "running";
}

/** The match stands still, and its players know, until the store has caught up. */
export interface Frozen extends Alive {
  readonly kind: "frozen";
}

/** The match plays on without the store: what players see is lost if the process dies. */
export interface Unprotected extends Alive {
  readonly kind: "unprotected";
  /** Its World is over; the store is told as soon as it has that tick. */
  readonly over: boolean;
  readonly regain: Regain;
}

export type Regain =
  /** Tries a snapshot after this many turns. */
  | { readonly kind: "waiting"; readonly turns: number }
  /** A snapshot of `tick` is being written; later records are held, as a crash in between would leave a hole. */
  | { readonly kind: "snapshot"; readonly tick: number }
  /** The snapshot is kept; the match is protected again when this tick is durable. */
  | { readonly kind: "catching-up"; readonly untilTick: number };

/** The match stands still until a snapshot has closed the hole in the store; then it returns to its earlier state. */
export interface Mending extends Alive {
  readonly kind: "mending";
  readonly before: "running" | "frozen" | "finishing";
  /** Whether the snapshot that closes the hole is being written. */
  readonly asked: boolean;
}

/** The match stands still so that another node can continue it, or this one if the move fails. */
export interface HandingOff extends Alive {
  readonly kind: "handing-off";
  readonly before: "running" | "frozen";
  /** draining: not all of it is durable. keeping: its snapshot is being written. kept: another node may have it. */
  readonly phase: "draining" | "keeping" | "kept";
}

/** The match is over, and the store does not know yet. */
export interface Finishing extends Alive {
  readonly kind: "finishing";
  /**
   * draining: not all is durable, or the last try failed. settling: the outcome is being counted. storing: it is
   * being stored.
   */
  readonly phase: "draining" | "settling" | "storing";
  /** The last failure that was logged. Every tick tries again. */
  readonly trouble: string | undefined;
}

/** The players know the result. */
export interface Over {
  readonly kind: "over";
  readonly durableTick: number;
}

/** Nothing leaves the match any more. */
export interface Stopped {
  readonly kind: "stopped";
  readonly durableTick: number;
  /** It is set aside when everything up to `untilTick` is durable, so that its journal shows what broke it. */
  readonly broken: { readonly untilTick: number; readonly why: string } | undefined;
}

export type Living = Running | Frozen | Unprotected | Mending | HandingOff | Finishing;
export type Life = Living | Over | Stopped;

/** Ticks in these events are those of the match, never the ticker's. */
export type LifeEvent =
  /** `patch`: whether a patch is due with this tick. */
  | { readonly kind: "tick-due"; readonly heldBytes: number; readonly patch: boolean }
  /** The World moved by one tick, whose record has this many bytes. */
  | { readonly kind: "ticked"; readonly bytes: number; readonly over: boolean }
  /** A rule threw an error. The journal shows why once it is durable up to `untilTick`. */
  | { readonly kind: "broke"; readonly untilTick: number; readonly why: string }
  /** Everything up to `tick` is durable. */
  | { readonly kind: "durable"; readonly tick: number }
  | { readonly kind: "append-refused"; readonly tick: number; readonly code: string }
  | { readonly kind: "snapshot-kept"; readonly tick: number }
  | { readonly kind: "snapshot-failed"; readonly tick: number }
  /** The store refuses snapshots of this epoch. */
  | { readonly kind: "snapshot-refused"; readonly tick: number; readonly code: string }
  /** The process is about to stop as planned. */
  | { readonly kind: "park-asked" }
  | { readonly kind: "hand-over-asked" }
  /** The match continues here after all. */
  | { readonly kind: "resumed" }
  /** Another node has the match, or nobody: it sleeps. */
  | { readonly kind: "handed-over"; readonly asleep?: true }
  /** This process was declared lost. Later answers of the store do not matter. */
  | { readonly kind: "declared-lost" }
  | { readonly kind: "settled" }
  | { readonly kind: "end-kept" }
  | { readonly kind: "end-failed"; readonly error: Error }
  | { readonly kind: "end-refused"; readonly code: string };

/** They are performed in the order given. */
export type LifeEffect =
  /** The next tick: its record is appended, held or dropped; then it is applied, and shown. */
  | { readonly kind: "tick"; readonly record: "append" | "hold" | "drop"; readonly patch: boolean }
  | { readonly kind: "flush" }
  /** Releases what the gate holds of ticks up to this one. */
  | { readonly kind: "release"; readonly tick: number }
  | { readonly kind: "open-gate" }
  | { readonly kind: "close-gate"; readonly tick: number }
  /** Drops what the gate, the held records and a waiting snapshot hold: nobody may see it any more. */
  | { readonly kind: "drop-all" }
  /** Takes back the records that wait for the store. */
  | { readonly kind: "forget-journal" }
  | { readonly kind: "append-held" }
  | { readonly kind: "drop-held" }
  | { readonly kind: "take-snapshot" }
  | { readonly kind: "drop-snapshot" }
  /** Writes the snapshot that waits. */
  | { readonly kind: "write-snapshot" }
  /** Writes a snapshot of now, which replaces the one that waits. */
  | { readonly kind: "keep-snapshot" }
  | { readonly kind: "hand-over-kept" }
  | { readonly kind: "hand-over-failed"; readonly why: string }
  /** Has the outcome counted; may happen twice. */
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

/** @param over whether the World is over: a crash may have come before the store was told */
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

/** running: the World moves, or would. finishing: it is over, and the store does not know yet. */
export function lifecycleOf(life: Life): "running" | "finishing" | "over" | "stopped" {
  if (life.kind === "over" || life.kind === "stopped") return life.kind;
  return isOver(life) ? "finishing" : "running";
}

/** Whether the match's World is over. */
export function isOver(life: Living): boolean {
  if (life.kind === "unprotected") return life.over;
  return life.kind === "finishing" || (life.kind === "mending" && life.before === "finishing");
}

/** Whether the players were told that the match stands still. */
export function isFrozen(life: Life): boolean {
  const isHalted = life.kind === "mending" || life.kind === "handing-off";
  return life.kind === "frozen" || (isHalted && life.before === "frozen");
}
