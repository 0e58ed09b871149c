/**
 * Takes over a running match of the store: claims it and restores it. A match that this server can see it cannot open
 * is not claimed. A match that was claimed and could not be loaded stays claimed; a node that sees that it runs
 * nowhere tries again.
 */
import { fingerprintOf } from "../../shared/game/fingerprint.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { errorCodes, errorEntry } from "../../shared/wire/errors.ts";
import { loadPlan } from "../durability/load-plan.ts";
import type { RestorePlan } from "../durability/recovery.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import { StoreError } from "../store-error.ts";
import { restoredState } from "./restore.ts";
import { RestoreError } from "./restore-error.ts";
import { packSnapshot } from "./snapshot-codec.ts";
import type { MatchState } from "./state.ts";
import {
  type About,
  aboutOf,
  broughtForward,
  inFormatsHere,
  otherFormat,
  otherVersion,
  snapshotVersion,
} from "./versions.ts";

/**
 * set-aside: nobody can read it. left: this server cannot run it now. lost-race: another node has it, or it ended.
 */
export type TakeOver =
  | {
      readonly kind: "opened";
      readonly entry: MatchEntry;
      readonly game: AnyGame;
      readonly state: MatchState;
      /** Its journal was played again by other rules than those that wrote it: the next record says so. */
      readonly byOtherRules?: true;
    }
  | { readonly kind: "set-aside" | "left" | "lost-race"; readonly reason: string };

export interface TakeOverParts {
  readonly node: string;
  readonly games: readonly AnyGame[];
  readonly store: Pick<Store, "claim" | "load" | "snapshot">;
  /** While a game is developed, its rules may change between a crash and the restart: the match goes on by the new ones. */
  readonly developing?: boolean;
  readonly log: (message: string, details: object) => void;
}

/**
 * Never rejects.
 * @param entry as recently read from the store
 * @param looksFirst whether it was left here before: a claim of a match that cannot be opened keeps it from the
 * others
 */
export async function takeOver(
  parts: TakeOverParts,
  entry: MatchEntry,
  { looksFirst = false }: { looksFirst?: boolean } = {},
): Promise<TakeOver> {
  const because = (reason: string) => `match ${entry.id}: ${reason}`;
  try {
    const about = aboutOf(entry);
    const game = parts.games.find((candidate) => candidate.name === about.game);
    if (game === undefined) return { kind: "left", reason: because(`there is no game "${about.game}" here`) };
    const never = otherVersion(game, about) ?? otherFormat(about);
    if (never !== undefined) return { kind: "left", reason: because(never) };
    if (looksFirst || about.version < game.version) await assertOpenable(parts, game, entry);
    const now = inFormatsHere(about);
    const claimed = await parts.store.claim(entry.id, parts.node, {
      under: entry.epoch,
      ...(now !== about && { about: JSON.stringify(now) }),
    });
    return await opened(parts, game, claimed);
  } catch (error) {
    return { kind: fateOf(error), reason: because((error as Error).message) };
  }
}

/** A store that did not answer says nothing about the match: setting it aside would end it for everyone. */
function fateOf(error: unknown): "set-aside" | "left" | "lost-race" {
  if (error instanceof StoreError) return errorEntry(error.code)?.takeOver ?? "left";
  return (error instanceof RestoreError && errorCodes[error.code].takeOver) || "set-aside";
}

/** Checks before the claim: a match that needs old rules, or another reader, is left to a node that has them. */
async function assertOpenable(parts: TakeOverParts, game: AnyGame, entry: MatchEntry): Promise<void> {
  const plan = await loadPlan(parts.store, entry.id);
  if (plan.kind === "restore") stateOf(parts, game, broughtForward(game, aboutOf(entry), plan), plan);
  else if (errorCodes[plan.code].takeOver === "left")
    throw new RestoreError("restore/other-version", plan.reason);
}

async function opened(parts: TakeOverParts, game: AnyGame, claimed: MatchEntry): Promise<TakeOver> {
  const { id } = claimed;
  const plan = await loadPlan(parts.store, id);
  if (plan.kind === "set-aside") {
    return { kind: errorCodes[plan.code].takeOver ?? "set-aside", reason: `match ${id}: ${plan.reason}` };
  }
  for (const note of plan.notes) parts.log("restore", { match: id, note });
  const before = aboutOf(claimed);
  const about = broughtForward(game, before, plan);
  const { state, byOtherRules } = stateOf(parts, game, about, plan);
  const entry = about === before ? claimed : await claimedAnew(parts, claimed, about);
  if (byOtherRules || isOlder(game, about, plan)) await keepMigrated(parts, { entry, game, state });
  warnOfOtherRules(parts, game, { id, state });
  return { kind: "opened", entry, game, state, ...(byOtherRules && { byOtherRules }) };
}

/** @throws RestoreError, and whatever a broken game throws */
function stateOf(
  { developing = false }: TakeOverParts,
  game: AnyGame,
  about: About,
  plan: RestorePlan,
): { state: MatchState; byOtherRules?: true } {
  try {
    return { state: restoredState(game, about, plan) };
  } catch (error) {
    if (!developing || (error as RestoreError).code !== "restore/rules-changed") throw error;
    return { state: restoredState(game, about, plan, { compares: false }), byOtherRules: true };
  }
}

/** Once: the next record has the fingerprint of the rules that are here. */
function warnOfOtherRules(
  { log }: TakeOverParts,
  game: AnyGame,
  { id, state }: { id: string; state: MatchState },
): void {
  const here = fingerprintOf(game);
  if (state.rules === undefined || here === undefined || state.rules === here) return;
  const { name, version } = game;
  log("the rules of a match changed under the same version of its game; it goes on with the new ones", {
    ...{ match: id, game: name, version, tick: state.tick, before: state.rules, now: here },
  });
}

/**
 * Writes the match's new version into the catalogue. It is a second claim: before the first one the old owner could
 * still journal records behind the snapshot, and then nobody could open the match any more.
 */
function claimedAnew({ store, node }: TakeOverParts, { id, epoch }: MatchEntry, about: About) {
  return store.claim(id, node, { under: epoch, about: JSON.stringify(about) });
}

function isOlder(game: AnyGame, about: About, { snapshot }: RestorePlan): boolean {
  return snapshot !== undefined && snapshotVersion(about, snapshot) < game.version;
}

/** Runs before the first tick under the new rules, whose records are useless behind the old snapshot. */
async function keepMigrated(
  { store, log }: TakeOverParts,
  { entry, game, state }: { entry: MatchEntry; game: AnyGame; state: MatchState },
): Promise<void> {
  const { id, epoch } = entry;
  const { tick } = state;
  const bytes = packSnapshot({ epoch, state, version: game.version });
  const result = await store.snapshot({ id, epoch, tick, bytes });
  if (!result.ok) throw new StoreError("store/claimed-meanwhile", `its migrated snapshot: ${result.code}`);
  log("a match moved to other rules of its game", { match: id, tick, version: game.version });
}
