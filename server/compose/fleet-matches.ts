/**
 * The matches of a fleet for a node that owns none: who owns one, what is known of it, and a way into it. A match that sleeps
 * is woken before its owner is asked for.
 */
import type { AnyGame } from "../../shared/game/game.ts";
import type { MatchmakeParts } from "../api/matchmake-routes.ts";
import type { NodeClient } from "../api/node-client.ts";
import type { MatchRouteParts } from "../api/v1/match-routes.ts";
import type { Store } from "../durability/store.ts";
import { fleetWaking } from "../fleet/fleet-waking.ts";
import { fleetJoin } from "../fleet/joining.ts";
import { matchInfo, matchInfos } from "../fleet/match-infos.ts";
import type { MatchLocator } from "../fleet/match-locator.ts";
import { nowMs } from "../ops/clock.ts";
import { mayHaveSeat, openSleepers, sleepingInfo } from "../room/shown-asleep.ts";
import { asleepOf } from "./fleet-ports.ts";

export interface FleetMatchesParts {
  readonly locator: MatchLocator;
  readonly nodes: NodeClient;
  readonly store: Store;
  readonly games: readonly AnyGame[];
}

export interface FleetMatches extends MatchRouteParts {
  /** host:port of its owner, which a page that is reloaded waits for while the match moves. */
  readonly ownerOf: (matchId: string, avoid?: string) => Promise<string | undefined>;
  /** Resolves when it has an owner, or with why it could not be woken. */
  readonly ready: NonNullable<MatchmakeParts["ready"]>;
}

export function fleetMatches({ locator, nodes, store, games }: FleetMatchesParts): FleetMatches {
  const isRunning = async (matchId: string) => (await store.find(matchId))?.state === "running";
  const wake = fleetWaking({
    ...{ locator, peers: nodes, nowMs },
    asleep: async (id) => asleepOf(await store.find(id)),
  });
  return {
    join: fleetJoin({ locator, nodes, games, isRunning, wake }),
    ownerOf: async (matchId, avoid) => {
      await wake(matchId);
      return locator.ownerOf(matchId, avoid);
    },
    ready: async (matchId, token) => {
      const isOwned = locator.addressOf(matchId) !== undefined;
      const entry = isOwned ? undefined : await store.find(matchId);
      if (entry !== undefined && !mayHaveSeat(entry, token))
        return { ok: false, code: "seat/gone", detail: `no seat of match "${matchId}" has this token` };
      const woken = await wake(matchId);
      if (!woken.ok) return woken;
      await locator.ownerOf(matchId);
      return undefined;
    },
    matches: async () => [...matchInfos(locator.nodes()), ...(await openSleepers(store, games))],
    match: async (id, afterEpoch) => {
      const isOwned = locator.addressOf(id) !== undefined;
      const asleep = isOwned ? undefined : sleepingInfo(await store.find(id), games);
      return asleep ?? matchInfo({ locator, isRunning }, id, afterEpoch);
    },
  };
}
