/**
 * Which version of a game a stored match needs, and how it moves to a newer one: never back, and never in the middle
 * of a journal, whose records need the rules that wrote them. So a match moves where no record follows its newest
 * snapshot, as after a drain. It decides; it has no store and no clock.
 */
import assert from "node:assert/strict";
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { type Framed, type FrameKind, formatsHere, frameReaders } from "../durability/format.ts";
import { versionFault, versionRefusal } from "../durability/format-versions.ts";
import type { MatchEntry } from "../durability/store.ts";
import { isByEvents } from "./match-time.ts";
import { RestoreError } from "./restore-error.ts";
import { unpackSnapshot, worldVersionOf } from "./snapshot-codec.ts";
import { type MatchState, newMatchState } from "./state.ts";

/** What a match's owner wrote into the catalogue. */
export interface About {
  readonly game: string;
  /** Version of the game's World. */
  readonly version: number;
  readonly seed: number;
  readonly options: unknown;
  /** Set for a match of a queue: only the queue assigns its seats. */
  readonly origin?: MatchOrigin;
  /** Newest versions of what its owners may have written. Left out: the first of each kind. */
  readonly formats?: Readonly<Partial<Record<FrameKind, number>>>;
  /** Version of the World that `create` made, if the match has moved to a newer version since. */
  readonly bornVersion?: number;
  /** Ticks after this one were played under `version`. Default 0: all. */
  readonly sinceTick?: number;
}

/** What recovery found: where to start, and the records after that. */
export interface Stored {
  readonly snapshot?: Framed;
  readonly records: readonly unknown[];
  readonly lastTick: number;
}

/** @throws RestoreError `restore/unreadable` */
export function aboutOf({ about: text }: Pick<MatchEntry, "about">): About {
  try {
    const about = JSON.parse(text) as About;
    assert(typeof about.game === "string" && Number.isInteger(about.version), "it has no game");
    return about;
  } catch (cause) {
    const why = `its catalogue entry cannot be read: ${(cause as Error).message}`;
    throw new RestoreError("restore/unreadable", why, { cause });
  }
}

/** Why `game` can never open the match, whatever is stored of it; undefined when it may. */
export function otherVersion(game: AnyGame, about: About): string | undefined {
  const { version } = about;
  if (version === game.version || (version < game.version && game.migrate !== undefined)) return undefined;
  const here = `this server has version ${game.version}`;
  return `its World has version ${version} of "${game.name}", ${here}${version > game.version ? "" : " and no migrate"}`;
}

/** Why the match's stored bytes cannot be read here, as far as its entry says; undefined when they may be. */
export function otherFormat({ formats = {} }: About): string | undefined {
  const versionOf = (kind: FrameKind) => formats[kind] ?? 1;
  const refused = (Object.keys(formatsHere) as FrameKind[]).find(
    (kind) => versionFault(frameReaders[kind], versionOf(kind)) !== undefined,
  );
  if (refused === undefined) return undefined;
  return versionRefusal(`its ${refused}s may be`, versionOf(refused), frameReaders[refused]);
}

/**
 * The entry of a match that is owned here: from its next snapshot on, only servers with these formats can read it.
 */
export function inFormatsHere(about: About): About {
  const { formats = {} } = about;
  const kinds = Object.keys(formatsHere) as FrameKind[];
  return kinds.every((kind) => formats[kind] === formatsHere[kind])
    ? about
    : { ...about, formats: formatsHere };
}

/**
 * The entry of the match once it has moved to the game's version; unchanged when it has that version already.
 * @throws RestoreError `restore/other-version` when what is stored needs the old rules
 */
export function broughtForward(game: AnyGame, about: About, stored: Stored): About {
  const { version, bornVersion = version } = about;
  if (version === game.version) return about;
  const never = otherVersion(game, about);
  if (never !== undefined) throw new RestoreError("restore/other-version", never);
  if (stored.records.length > 0) {
    const ticks = `ticks ${stored.lastTick - stored.records.length + 1} to ${stored.lastTick}`;
    const advice = `start a server of that version, and drain it`;
    throw new RestoreError(
      "restore/other-version",
      `${ticks} are behind its newest snapshot and need the rules of version ${version}: ${advice}`,
    );
  }
  const options = stored.snapshot === undefined ? optionsNow(game, about) : about.options;
  return { ...about, options, version: game.version, bornVersion, sinceTick: stored.lastTick };
}

/**
 * The version of a snapshot's World. Snapshots that do not say it have the version in which the match was created.
 */
export function snapshotVersion(about: About, snapshot: Framed): number {
  return worldVersionOf(snapshot) ?? about.bornVersion ?? about.version;
}

/**
 * The state from which a replay starts, at the game's version.
 * @param about already brought forward
 * @throws RestoreError `restore/other-version`, `restore/unreadable`
 */
export function startState(game: AnyGame, about: About, { snapshot }: { snapshot?: Framed }): MatchState {
  const { version, bornVersion = version, sinceTick = 0 } = about;
  if (version !== game.version) {
    const why = `its World has version ${version} of "${game.name}", this server has version ${game.version}`;
    throw new RestoreError("restore/other-version", why);
  }
  const startTick = snapshot?.tick ?? 0;
  if (startTick < sinceTick) {
    const why = `ticks ${startTick + 1} to ${sinceTick} were played under an older version, from ${bornVersion} on`;
    throw new RestoreError("restore/other-version", `${why}, and no readable snapshot is newer`);
  }
  if (snapshot === undefined) return newMatchState(game, about.seed, about.options, about);
  const { state, version: stated } = unpackSnapshot(snapshot);
  const from = stated ?? bornVersion;
  if (from === game.version) return state;
  return onClockOf(game, { ...state, world: migratedWorld(game, state.world, from) });
}

function migratedWorld(game: AnyGame, world: object, from: number): object {
  try {
    if (game.migrate === undefined || from > game.version)
      throw new Error("it cannot migrate from that version");
    return game.migrate(world, from);
  } catch (error) {
    const tried = `${game.name} could not bring the World from version ${from} to ${game.version}`;
    throw new RestoreError("restore/other-version", `${tried}: ${(error as Error).message}`);
  }
}

/**
 * A state that an older version of its game made, on the clock of this one. Seats that were held for a while are held anew:
 * a time of the other clock says nothing.
 */
function onClockOf(game: AnyGame, state: MatchState): MatchState {
  if (isByEvents(game) === (state.nowMs !== undefined)) return state;
  const { nowMs: _, lastLeftTick: __, ...rest } = state;
  const seats = state.seats.map((seat) => ({ ...seat, droppedAt: undefined }));
  return { ...rest, seats, ...(isByEvents(game) && { nowMs: 0 }) };
}

/** A match that nobody has played yet is created again, if its options are still valid. */
function optionsNow(game: AnyGame, { options, origin, version }: About): unknown {
  const parsed = game.options.safeParse(options);
  const set = game.serverOptions?.safeParse(origin?.serverOptions ?? {});
  const error = parsed.error ?? set?.error;
  if (error === undefined) return parsed.data;
  const why = `its options, of version ${version}, are invalid in version ${game.version}`;
  throw new RestoreError("restore/other-version", `${why}: ${error.message}`);
}
