/**
 * The matches of a fleet as callers of the API see them: from the registry, and for a match without an owner from the
 * catalogue, which alone knows whether it still runs.
 */
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchLocator } from "./match-locator.ts";
import type { HostedMatch, RegisteredNode } from "./node-registry.ts";

/** Every match of the fleet once, as its owner with the highest epoch shows it, without those that are listed nowhere. */
export function matchInfos(nodes: readonly RegisteredNode[]): readonly MatchInfo[] {
  return infosOf(nodes, ({ hidden }) => hidden !== true);
}

function infosOf(
  nodes: readonly RegisteredNode[],
  wanted: (match: HostedMatch) => boolean,
): readonly MatchInfo[] {
  const infos = new Map<string, MatchInfo>();
  for (const { entry } of nodes) {
    for (const match of entry.matches) {
      if (!wanted(match) || (infos.get(match.id)?.epoch ?? 0) >= match.epoch) continue;
      const { id, game, tick, epoch, seatsTaken, seatsMax, queue, startedAtMs } = match;
      infos.set(id, {
        ...{ id, game, tick, epoch },
        node: entry.node,
        seats: { taken: seatsTaken, max: seatsMax },
        startedAt: new Date(startedAtMs).toISOString(),
        ...(queue !== undefined && { queue }),
        ...(entry.publicAddress !== undefined && { address: entry.publicAddress }),
      });
    }
  }
  return [...infos.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

export interface MatchLookup {
  readonly locator: Pick<MatchLocator, "addressOf" | "nodes" | "ownerAfter">;
  /** Whether the catalogue lists the match as running, with or without an owner. @throws StoreError (rejects) */
  readonly isRunning: (matchId: string) => Promise<boolean>;
}

/**
 * One match; undefined when none of this id runs, "moving" while it has no owner.
 * @param afterEpoch an epoch that the caller knows: wait for a later one, for a while
 */
export async function matchInfo(
  { locator, isRunning }: MatchLookup,
  id: string,
  afterEpoch?: number,
): Promise<MatchInfo | "moving" | undefined> {
  if (afterEpoch !== undefined) await locator.ownerAfter(id, afterEpoch);
  if (locator.addressOf(id) !== undefined) return infosOf(locator.nodes(), (match) => match.id === id)[0];
  return (await isRunning(id)) ? "moving" : undefined;
}
