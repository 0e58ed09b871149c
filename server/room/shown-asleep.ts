/** What the store's entry of a sleeping match says to callers of the API, and whose seat it keeps: read without waking it. */
import { createHash } from "node:crypto";
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchEntry, Store } from "../durability/store.ts";
import { aboutOf } from "../match/versions.ts";
import { seatsOf } from "./seats-of.ts";

/** A list names at most this many of each game. */
const listedMax = 20;

/** It is kept as JSON with the entry. */
export interface ShownAsleep {
  readonly tick: number;
  /** Seats that are held. */
  readonly taken: number;
  /** One of each seat's token (`markOf`). Left out by servers of before: then anybody may have a seat. */
  readonly marks?: readonly string[];
}

/** Tells a token from others, and does not say what it is. */
export function markOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 12);
}

/** Whether a sleeping match may have a seat with this token; a match that does not sleep may have any. */
export function mayHaveSeat({ state, asleep }: MatchEntry, token: string): boolean {
  if (state !== "sleeping" || asleep === undefined) return true;
  const { marks } = JSON.parse(asleep.shown) as ShownAsleep;
  return marks === undefined || marks.includes(markOf(token));
}

/** Sleeping matches of each game: those that fell asleep last and have a free seat. @throws StoreError (rejects) */
export async function openSleepers(
  store: Pick<Store, "find" | "openAsleep">,
  games: readonly AnyGame[],
): Promise<readonly MatchInfo[]> {
  const infos: MatchInfo[] = [];
  for (const { name, whenEmpty } of games) {
    if (whenEmpty !== "sleep") continue;
    const ids = await store.openAsleep(name, listedMax);
    for (const entry of await Promise.all(ids.map((id) => store.find(id)))) {
      const info = sleepingInfo(entry, games);
      if (info !== undefined) infos.push(info);
    }
  }
  return infos;
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
