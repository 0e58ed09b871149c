/**
 * What is stored of a match's life, from its oldest point on, for replay and inspection. recovery.ts asks for the
 * shortest safe way to the match's end; this asks how much of its life is there. It judges bytes by recovery's own
 * rules and refuses nothing: a match that cannot be restored has a history too.
 */
import type { Framed } from "./format.ts";
import { contiguousFrom, isSuperseded, readFrames, recoveryPlan, timelineOf } from "./recovery.ts";
import type { StoredMatch } from "./store.ts";

export interface History {
  /** Where it begins; undefined: at the match's creation, tick 0. */
  readonly start: Framed | undefined;
  readonly firstTick: number;
  /** Invariant: ticks run without a gap from `firstTick` + 1 to `lastTick`. */
  readonly records: readonly Framed[];
  readonly lastTick: number;
  /** Snapshots after `firstTick` and up to `lastTick`, ascending: what a replay can be compared with. */
  readonly snapshots: readonly Framed[];
  readonly notes: readonly string[];
  /** Why a server would not restore the match; the history then ends where reading ended. */
  readonly refusal: string | undefined;
}

/** @param sinceTick the caller needs nothing before it; 0: from the match's creation on */
export function historyOf(stored: StoredMatch, sinceTick = 0): History {
  const plan = recoveryPlan(stored);
  const records = readFrames(stored.records, "record").valid;
  const snapshots = readFrames(stored.snapshots, "snapshot").valid.filter(
    (snapshot) => !isSuperseded(snapshot, records),
  );
  const timeline = timelineOf(records, snapshots[0], []);
  const ascending = [...snapshots].sort((a, b) => a.tick - b.tick);
  const { start, run } = longestRun(timeline, [
    ...(sinceTick > 0 ? [] : [undefined]),
    ...ascending.filter(({ tick }) => tick >= sinceTick),
  ]);
  const firstTick = start?.tick ?? 0;
  const lastTick = firstTick + run.length;
  return {
    start,
    firstTick,
    records: run,
    lastTick,
    snapshots: ascending.filter(({ tick }) => tick > firstTick && tick <= lastTick),
    notes: plan.kind === "restore" ? plan.notes : stored.damage,
    refusal: plan.kind === "restore" ? undefined : `${plan.code}: ${plan.reason}`,
  };
}

interface Run {
  readonly start: Framed | undefined;
  readonly run: readonly Framed[];
}

/** The oldest of the starting points (creation, then snapshots) that reach the furthest. */
function longestRun(timeline: ReadonlyMap<number, Framed>, starts: readonly (Framed | undefined)[]): Run {
  const runs = starts.map((start) => ({
    start,
    run: contiguousFrom(timeline, (start?.tick ?? 0) + 1),
  }));
  const reach = ({ start, run }: Run) => (start?.tick ?? 0) + run.length;
  return runs.reduce((best, next) => (reach(next) > reach(best) ? next : best), {
    start: undefined,
    run: [],
  });
}
