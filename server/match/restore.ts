/**
 * From stored bytes back to a match: the state at the newest readable snapshot, then every record after it
 * through the same `applyRecord` as when it was live, verifying the chain of hashes on the way (P4).
 */
import { hashPlain } from "../../shared/deterministic/hash.ts";
import type { AnyGame, CommandAnswer } from "../../shared/game.ts";
import type { Plan } from "../durability/recovery.ts";
import type { MatchEntry } from "../durability/store.ts";
import { type MatchRecord, type RecordCodec, recordCodec } from "./record.ts";
import { applyRecord, type MatchState, newMatchState, unpackState } from "./state.ts";

/** What a match's owner wrote into the catalogue when it was made; `create` needs no more. */
export interface About {
  readonly game: string;
  /** Of the game's World. */
  readonly version: number;
  readonly seed: number;
  readonly options: unknown;
}

type RestorePlan = Extract<Plan, { kind: "restore" }>;

export function aboutOf(entry: MatchEntry): About {
  return JSON.parse(entry.about) as About;
}

/** A stored match does not say the same as its replay, or cannot be replayed. `code` is in errors.ts. */
export class RestoreError extends Error {
  readonly code: "restore/diverged" | "restore/other-version";
  constructor(code: RestoreError["code"], message: string) {
    super(message);
    this.name = "RestoreError";
    this.code = code;
  }
}

/** Why `game` cannot open a match whose World has `version`; undefined when it can. */
export function otherVersion(game: AnyGame, version: number): string | undefined {
  if (version === game.version) return undefined;
  return `its World has version ${version} of "${game.name}", this server has version ${game.version}`;
}

/** The state from which a replay starts. */
export function startState(game: AnyGame, about: About, plan: Pick<RestorePlan, "snapshot">): MatchState {
  const unfit = otherVersion(game, about.version);
  if (unfit !== undefined) throw new RestoreError("restore/other-version", unfit);
  if (plan.snapshot !== undefined) return unpackState(plan.snapshot.payload);
  return newMatchState(game, about.seed, about.options);
}

/**
 * Applies one stored record.
 * @returns the record, and the game's answers to its commands, in order
 * @throws RestoreError `restore/diverged` when the World is not the one that wrote the record
 */
export function replayRecord(
  game: AnyGame,
  codec: RecordCodec<never>,
  state: MatchState,
  stored: { tick: number; payload: Uint8Array },
): { record: MatchRecord<unknown>; answers: readonly CommandAnswer[] } {
  const record = codec.decode(stored.payload);
  const expected = record.events?.hashBefore;
  if (expected !== undefined) {
    const actual = hashPlain(state.world);
    if (actual !== expected) {
      throw new RestoreError(
        "restore/diverged",
        `the World at tick ${state.tick} has hash ${actual}, its journal says ${expected}`,
      );
    }
  }
  return { record, answers: applyRecord(game, state, record) };
}

/** @throws RestoreError, and whatever a broken game throws */
export function restoredState(game: AnyGame, about: About, plan: RestorePlan): MatchState {
  const state = startState(game, about, plan);
  const codec = recordCodec<never>(game.input as never);
  for (const stored of plan.records) replayRecord(game, codec, state, stored);
  return state;
}
