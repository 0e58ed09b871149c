/**
 * Replays a stored match, from the oldest point that is left to any tick, through the same functions as when it was
 * live. It compares the results with every hash and snapshot on the way, and ends at the first difference: behind it
 * the World is meaningless. No store, no clock, no output.
 */
import assert from "node:assert/strict";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { AnyGame, CommandAnswer } from "../../shared/game/game.ts";
import type { Framed } from "../durability/format.ts";
import { type History, historyOf } from "../durability/history.ts";
import type { StoredMatch } from "../durability/store.ts";
import { type MatchRecord, recordCodec } from "./record.ts";
import { replayRecord, underOtherRules } from "./restore.ts";
import { unpackSnapshot } from "./snapshot-codec.ts";
import type { MatchState } from "./state.ts";
import { type About, startState } from "./versions.ts";

/** One replayed tick; `state` is live and changes with the next tick. */
export interface ReplayedTick {
  readonly state: MatchState;
  /** Missing for the state from which the replay starts. */
  readonly record?: MatchRecord<unknown>;
  /** One answer per command of the record. */
  readonly answers: readonly CommandAnswer[];
}

export interface ReplayParts {
  readonly game: AnyGame;
  readonly about: About;
  readonly history: History;
  /** Default: the last tick of the history. */
  readonly untilTick?: number;
  readonly onTick?: (tick: ReplayedTick) => void;
}

export interface ReplayResult {
  /** Where the replay ended: at `untilTick`, or at the last tick before the fault. */
  readonly state: MatchState;
  /** How many comparisons were made and found equal. */
  readonly checked: { readonly hashes: number; readonly snapshots: number };
  /** Why it ended before this tick: its record cannot be applied, or what is stored of it differs. */
  readonly fault?: { readonly tick: number; readonly reason: string };
}

/**
 * The tick behind which `game` has the rules that it has now. A game that is being developed changes them in a running
 * match, and the record says so. 0: the match never had others.
 */
function rulesSince(game: AnyGame, { records }: Pick<History, "records">): number {
  const codec = recordCodec<never>(game.input as never);
  const changed = records.findLast(
    ({ payload, version }) => codec.decode(payload, version).events?.rulesChanged === true,
  );
  return changed === undefined ? 0 : changed.tick - 1;
}

/** The part of a match's life that one version of its game can replay. */
export function replayable(stored: StoredMatch, about: About, game?: AnyGame): History {
  const { version, bornVersion = version, sinceTick = 0 } = about;
  const history = historyOf(stored, sinceTick);
  const changedAt = game === undefined ? 0 : rulesSince(game, history);
  if (changedAt > history.firstTick) {
    const note = `the rules changed after tick ${changedAt} while the match ran: earlier ticks cannot be replayed`;
    const rest = historyOf(stored, changedAt);
    return { ...rest, notes: [...rest.notes, note] };
  }
  if (version === bornVersion) return history;
  const note = `ticks 1 to ${sinceTick} were played under an older version, from ${bornVersion} on: they cannot be replayed`;
  const rest = `the replay starts at the oldest snapshot of version ${version}, tick ${history.firstTick}`;
  return { ...history, notes: [...history.notes, `${note}; ${rest}`] };
}

/** @throws RestoreError `restore/other-version`; an error while applying records is returned as a fault */
export function replay(parts: ReplayParts): ReplayResult {
  const { game, about, history, onTick, untilTick = history.lastTick } = parts;
  const state = startState(game, about, history.start === undefined ? {} : { snapshot: history.start });
  const step = stepOf(game, state, history);
  const checked = { hashes: 0, snapshots: 0 };
  onTick?.({ state, answers: [] });
  for (const stored of history.records) {
    if (stored.tick > untilTick) break;
    const made = attempt(() => step(stored));
    if (made instanceof Error) {
      // A rule that threw leaves half a tick behind, so the World before it is made again.
      const whole = replay({ game, about, history, untilTick: stored.tick - 1 });
      return { state: whole.state, checked, fault: { tick: stored.tick, reason: made.message } };
    }
    checked.hashes += made.hashes;
    checked.snapshots += made.snapshots;
    onTick?.({ state, record: made.record, answers: made.answers });
  }
  return { state, checked };
}

/** Makes one tick and compares it with what is stored of it. */
function stepOf(game: AnyGame, state: MatchState, history: History) {
  const codec = recordCodec<never>(game.input as never);
  const snapshots = new Map(history.snapshots.map((snapshot) => [snapshot.tick, snapshot]));
  return (stored: Framed) => {
    const replayed = replayRecord(game, codec, state, stored);
    const snapshot = snapshots.get(stored.tick);
    if (snapshot !== undefined) assertSame(game, state, snapshot);
    const hashes = replayed.record.events?.hashBefore === undefined ? 0 : 1;
    return { ...replayed, hashes, snapshots: snapshot === undefined ? 0 : 1 };
  };
}

/** A snapshot matches when its World and its seats are equal. */
function assertSame(game: AnyGame, state: MatchState, snapshot: Framed): void {
  const { state: stored } = unpackSnapshot(snapshot);
  const hash = hashPlain(state.world);
  const storedHash = hashPlain(stored.world);
  if (storedHash !== hash) {
    const differs = new Error(`the World at tick ${state.tick} has hash ${hash}, its snapshot ${storedHash}`);
    throw underOtherRules(game, state.rules, differs) ?? differs;
  }
  assert.deepEqual(
    stored.seats,
    state.seats,
    `the seats at tick ${state.tick} are not those of its snapshot`,
  );
}

function attempt<Result>(task: () => Result): Result | Error {
  try {
    return task();
  } catch (error) {
    return error as Error;
  }
}
