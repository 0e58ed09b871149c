/** What the store's entry of a sleeping match says to callers of the API: read without waking it. */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchEntry } from "../durability/store.ts";
import { aboutOf } from "../match/versions.ts";
import { seatsOf } from "./seats-of.ts";

/** It is kept as JSON with the entry. */
export interface ShownAsleep {
  readonly tick: number;
  /** Seats that are held. */
  readonly taken: number;
}

/** @returns undefined for a match that does not sleep, or whose game this server does not have */
export function sleepingInfo(
  entry: MatchEntry | undefined,
  games: readonly AnyGame[],
): MatchInfo | undefined {
  if (entry?.state !== "sleeping" || entry.asleep === undefined) return undefined;
  const { game: name, origin } = aboutOf(entry);
  const game = games.find((each) => each.name === name);
  if (game === undefined) return undefined;
  const { tick, taken } = JSON.parse(entry.asleep.shown) as ShownAsleep;
  return {
    ...{ id: entry.id, game: name, tick, epoch: entry.epoch, node: entry.node, asleep: true },
    seats: { taken, max: seatsOf(game, origin) },
    ...(origin !== undefined && { queue: origin.queue }),
    startedAt: new Date(entry.createdAtMs).toISOString(),
  };
}
