/**
 * The transitions of every state from which a match may still continue: the results of its records and its snapshots,
 * and its stop. The other files here hold what belongs to one state.
 */
import {
  type Alive,
  isOver,
  type Life,
  type LifeEffect,
  type LifeEvent,
  type LifeLimits,
  type Living,
  type NextLife,
  retryTicks,
  type SnapshotUnderWay,
} from "./life.ts";

export type Happened<Kind extends LifeEvent["kind"]> = Extract<LifeEvent, { kind: Kind }>;

const nothing: readonly LifeEffect[] = [];

/** The event changes nothing. */
export function stays(life: Life): NextLife {
  return { life, effects: nothing };
}

export function becomes(life: Life, ...effects: readonly LifeEffect[]): NextLife {
  return { life, effects };
}

/** The fields that all states share. */
export function aliveOf({ tick, durableTick, keptTick, bytesSince, retryAtTick, snapshot }: Alive): Alive {
  return { tick, durableTick, keptTick, bytesSince, retryAtTick, snapshot };
}

/** Whether too many ticks are not durable for the match to continue unchanged. */
export function isBehind({ tick, durableTick }: Alive, heldBytes: number, limits: LifeLimits): boolean {
  return tick - durableTick >= limits.unackedTicksMax || heldBytes > limits.gateBytesMax / 2;
}

export function isWriting({ snapshot }: Alive, tick?: number): boolean {
  return snapshot?.kind === "writing" && (tick === undefined || snapshot.tick === tick);
}

/** A snapshot of the present tick, which replaces any other. */
export function writingNow({ tick }: Alive): { readonly snapshot: SnapshotUnderWay } {
  return { snapshot: { kind: "writing", tick } };
}

/** The store has everything up to `tick`; a snapshot that waited for that is written. */
export function durable<State extends Living>(
  life: State,
  tick: number,
): { readonly life: State; readonly effects: readonly LifeEffect[] } {
  const durableTick = Math.max(life.durableTick, tick);
  const release: LifeEffect = { kind: "release", tick };
  const { snapshot } = life;
  if (snapshot?.kind !== "waiting" || snapshot.tick > tick)
    return { life: { ...life, durableTick }, effects: [release] };
  const writing: SnapshotUnderWay = { kind: "writing", tick: snapshot.tick };
  return {
    life: { ...life, durableTick, snapshot: writing },
    effects: [release, { kind: "write-snapshot" }],
  };
}

export function answered<State extends Alive>(
  life: State,
  { kind, tick }: Happened<"snapshot-kept" | "snapshot-failed">,
): State {
  const snapshot = isWriting(life, tick) ? undefined : life.snapshot;
  if (kind === "snapshot-kept") return { ...life, snapshot, keptTick: Math.max(life.keptTick, tick) };
  return { ...life, snapshot, retryAtTick: life.tick + retryTicks };
}

export function refused(
  life: Journaled,
  { tick, code }: Happened<"append-refused">,
  { gate }: LifeLimits,
): NextLife {
  const isCovered = tick <= life.durableTick;
  // The store takes no records once the match is over; that is not a fence.
  if (code !== "store/lost-acknowledged")
    return isCovered && isOver(life) ? stays(life) : stopped(life, code, takenOver);
  // The snapshot that covers the record has closed the hole.
  if (isCovered) return stays(life);
  return gate === "available" ? unprotectedFrom(life) : mendingFrom(life);
}

/** The states that trust the store. */
type Journaled = Exclude<Living, { kind: "mending" | "unprotected" }>;

/** The store does not keep up: the match plays on without it. */
export function unprotectedFrom(life: Journaled, ...then: readonly LifeEffect[]): NextLife {
  const regain = { kind: "waiting", turns: 0 } as const;
  const snapshot = isWriting(life) ? life.snapshot : undefined;
  return becomes(
    { ...aliveOf(life), kind: "unprotected", snapshot, over: life.kind === "finishing", regain },
    ...handOverFails(life, "is unprotected"),
    ...withoutStore,
    { kind: "tell", news: "unprotected" },
    ...then,
  );
}

export const withoutStore: readonly LifeEffect[] = [
  { kind: "forget-journal" },
  { kind: "drop-snapshot" },
  { kind: "open-gate" },
];

function mendingFrom(life: Journaled): NextLife {
  const before = life.kind === "handing-off" ? life.before : life.kind;
  const message = "the store lost what it had acknowledged; a snapshot closes the hole";
  return becomes(
    { ...aliveOf(life), kind: "mending", before, asked: false },
    ...handOverFails(life, "is mending"),
    { kind: "log", message },
  );
}

export const takenOver = "was taken over by another process and may not write any more";

export function stopped(life: Life, code: string, why: string): NextLife {
  const { durableTick } = life;
  return becomes(
    { kind: "stopped", durableTick, broken: undefined },
    { kind: "drop-all" },
    ...handOverFails(life, why),
    { kind: "tell-stopped", code, why },
  );
}

function handOverFails(life: Life, why: string): readonly LifeEffect[] {
  return life.kind === "handing-off" && life.phase !== "kept" ? [{ kind: "hand-over-failed", why }] : [];
}

/** Another node has the match, or declared this one lost. Holds in every state but stopped. */
export function ownerGone(life: Life, event: Happened<"handed-over" | "declared-lost">): NextLife {
  if (event.kind === "handed-over" && event.asleep) return stopped(life, "match/asleep", "fell asleep");
  return event.kind === "handed-over"
    ? stopped(life, "match/moved", "moved to another node")
    : stopped(life, "fleet/declared-lost", "belongs to another node now, because this one stood still");
}

/** Transitions for events that a state does not handle itself. */
export function inAnyState(life: Living, event: LifeEvent): NextLife {
  switch (event.kind) {
    case "snapshot-kept":
    case "snapshot-failed":
      return stays(answered(life, event));
    case "snapshot-refused":
      return stopped(life, event.code, takenOver);
    case "hand-over-asked":
      return becomes(life, { kind: "hand-over-failed", why: `is ${life.kind}` });
    case "handed-over":
    case "declared-lost":
      return ownerGone(life, event);
    default:
      return stays(life);
  }
}
