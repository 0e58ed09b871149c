/**
 * The matches of a fleet as callers of the API see them: from the registry, and for a match without an owner from the
 * catalogue, which alone knows whether it still runs.
 */
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchLocator } from "./match-locator.ts";
import type { HostedMatch, NodeEntry, RegisteredNode } from "./node-registry.ts";

/** Every match of the fleet once, as its owner with the highest epoch shows it, without those that are listed nowhere. */
export function matchInfos(nodes: readonly RegisteredNode[]): readonly MatchInfo[] {
  return owned(nodes)
    .filter(({ match: { hidden } }) => hidden !== true)
    .map(infoOf)
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

interface OwnedMatch {
  readonly match: HostedMatch;
  readonly entry: NodeEntry;
}

/** By the owner with the highest epoch. */
function owned(nodes: readonly RegisteredNode[]): readonly OwnedMatch[] {
  const newest = new Map<string, OwnedMatch>();
  for (const { entry } of nodes)
    for (const match of entry.matches)
      if ((newest.get(match.id)?.match.epoch ?? 0) < match.epoch) newest.set(match.id, { match, entry });
  return [...newest.values()];
}

function infoOf({ match, entry }: OwnedMatch): MatchInfo {
  const { id, game, tick, epoch, seatsTaken, seatsMax, queue, startedAtMs } = match;
  return {
    ...{ id, game, tick, epoch },
    node: entry.node,
    seats: { taken: seatsTaken, max: seatsMax },
    startedAt: new Date(startedAtMs).toISOString(),
    ...(queue !== undefined && { queue }),
    ...(entry.publicAddress !== undefined && { address: entry.publicAddress }),
  };
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
  if (locator.addressOf(id) !== undefined) {
    const found = owned(locator.nodes()).find(({ match }) => match.id === id);
    return found && infoOf(found);
  }
  return (await isRunning(id)) ? "moving" : undefined;
}
