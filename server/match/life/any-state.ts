/**
 * What follows in any state in which a match may still go on: what became of its records and its snapshots, and that
 * it stops. The files beside this one hold what is of one state alone.
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

/** Nothing follows. */
export function stays(life: Life): NextLife {
  return { life, effects: nothing };
}

export function becomes(life: Life, ...effects: readonly LifeEffect[]): NextLife {
  return { life, effects };
}

/** Without what only one state has. */
export function aliveOf({ tick, durableTick, keptTick, bytesSince, retryAtTick, snapshot }: Alive): Alive {
  return { tick, durableTick, keptTick, bytesSince, retryAtTick, snapshot };
}

/** Whether too much of it is not durable to go on as it does. */
export function isBehind({ tick, durableTick }: Alive, heldBytes: number, limits: LifeLimits): boolean {
  return tick - durableTick >= limits.unackedTicksMax || heldBytes > limits.gateBytesMax / 2;
}

export function isWriting({ snapshot }: Alive, tick?: number): boolean {
  return snapshot?.kind === "writing" && (tick === undefined || snapshot.tick === tick);
}

/** The snapshot of now, in place of any other. */
export function writingNow({ tick }: Alive): { readonly snapshot: SnapshotUnderWay } {
  return { snapshot: { kind: "writing", tick } };
}

/** The store has everything up to `tick`; a snapshot that waited for that goes to it. */
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
  // Once the match is over the store takes none, and that is no fence.
  if (code !== "store/lost-acknowledged")
    return isCovered && isOver(life) ? stays(life) : stopped(life, code, takenOver);
  // The snapshot that covers it closed the hole.
  if (isCovered) return stays(life);
  return gate === "available" ? unprotectedFrom(life) : mendingFrom(life);
}

/** Those that trust the store. */
type Journaled = Exclude<Living, { kind: "mending" | "unprotected" }>;

/** The store does not keep up: plays on without it. */
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

/** Another node has it, or says so: of every state that has not stopped. */
export function ownerGone(life: Life, { kind }: Happened<"handed-over" | "declared-lost">): NextLife {
  return kind === "handed-over"
    ? stopped(life, "match/moved", "went on to another node")
    : stopped(life, "fleet/declared-lost", "is another node's by now; this one stood still");
}

/** What a state says nothing else about. */
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
