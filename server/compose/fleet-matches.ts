/** What the registry shows to callers of the API. */
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { RegisteredNode } from "../fleet/node-registry.ts";

/** Every match of the fleet once, as its owner with the highest epoch shows it. */
export function matchInfos(nodes: readonly RegisteredNode[]): readonly MatchInfo[] {
  const infos = new Map<string, MatchInfo>();
  for (const { entry } of nodes) {
    for (const match of entry.matches) {
      if ((infos.get(match.id)?.epoch ?? 0) >= match.epoch) continue;
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
