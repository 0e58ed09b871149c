/**
 * Turns stored bytes back into a match: the state of the newest readable snapshot, then every record after it through
 * the same `applyRecord` as when it was live, verifying the chain of hashes on the way (P4).
 */
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { fingerprintOf } from "../../shared/game/fingerprint.ts";
import type { AnyGame, CommandAnswer } from "../../shared/game/game.ts";
import type { Framed } from "../durability/format.ts";
import type { RestorePlan } from "../durability/recovery.ts";
import { type MatchRecord, type RecordCodec, recordCodec } from "./record.ts";
import { RestoreError } from "./restore-error.ts";
import { applyRecord, type MatchState } from "./state.ts";
import { type About, startState } from "./versions.ts";

/**
 * Applies one stored record.
 * @param compares false: whatever World it leads to, for a game that is being developed
 * @returns the record, and the game's answers to its commands, in order
 * @throws RestoreError `restore/diverged` when the World is not the one that wrote the record, `restore/unreadable`,
 * `restore/rules-changed` for any failure under other rules than those that wrote it
 */
export function replayRecord(
  game: AnyGame,
  codec: RecordCodec<never>,
  state: MatchState,
  stored: Pick<Framed, "tick" | "payload" | "version">,
  { compares = true }: { compares?: boolean } = {},
): { record: MatchRecord<unknown>; answers: readonly CommandAnswer[] } {
  let { rules } = state;
  try {
    const record = codec.decode(stored.payload, stored.version);
    rules = record.events?.rules ?? rules;
    if (compares) assertChained(state, record);
    return { record, answers: applyRecord(game, state, record) };
  } catch (error) {
    throw underOtherRules(game, rules, error as Error) ?? error;
  }
}

function assertChained(state: MatchState, { events }: MatchRecord<unknown>): void {
  const expected = events?.hashBefore;
  if (expected === undefined) return;
  const actual = hashPlain(state.world);
  if (actual === expected) return;
  const why = `the World at tick ${state.tick} has hash ${actual}, its journal says ${expected}`;
  throw new RestoreError("restore/diverged", why);
}

/**
 * The same failure, when it is explained by rules that changed under their version.
 * @param rules fingerprint of those that wrote what failed; undefined: unknown
 */
export function underOtherRules(
  game: AnyGame,
  rules: string | undefined,
  cause: Error,
): RestoreError | undefined {
  const here = fingerprintOf(game);
  if (rules === undefined || here === undefined || rules === here) return undefined;
  const changed = `the rules of "${game.name}" changed since, under the same version ${game.version}: it was played with ${rules}, here is ${here}`;
  const advice =
    "raise `version` with every change and write `migrate`; for this match, bring back the rules that it was played with";
  return new RestoreError("restore/rules-changed", `${cause.message}; ${changed}: ${advice}`, { cause });
}

/** @param options as `replayRecord`. @throws RestoreError, and whatever a broken game throws */
export function restoredState(
  game: AnyGame,
  about: About,
  plan: Pick<RestorePlan, "snapshot" | "records">,
  options: { readonly compares?: boolean } = {},
): MatchState {
  const state = startState(game, about, plan);
  const codec = recordCodec<never>(game.input as never);
  for (const stored of plan.records) replayRecord(game, codec, state, stored, options);
  return state;
}
