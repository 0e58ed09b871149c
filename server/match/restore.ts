/**
 * Turns stored bytes back into a match: the state of the newest readable snapshot, then every record after it through
 * the same `applyRecord` as when it was live, verifying the chain of hashes on the way (P4).
 */
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { AnyGame, CommandAnswer } from "../../shared/game/game.ts";
import type { Framed } from "../durability/format.ts";
import type { RestorePlan } from "../durability/recovery.ts";
import { type MatchRecord, type RecordCodec, recordCodec } from "./record.ts";
import { RestoreError } from "./restore-error.ts";
import { applyRecord, type MatchState } from "./state.ts";
import { type About, startState } from "./versions.ts";

/**
 * Applies one stored record.
 * @returns the record, and the game's answers to its commands, in order
 * @throws RestoreError `restore/diverged` when the World is not the one that wrote the record, `restore/unreadable`
 */
export function replayRecord(
  game: AnyGame,
  codec: RecordCodec<never>,
  state: MatchState,
  stored: Pick<Framed, "tick" | "payload" | "version">,
): { record: MatchRecord<unknown>; answers: readonly CommandAnswer[] } {
  const record = codec.decode(stored.payload, stored.version);
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
