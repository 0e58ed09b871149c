/** What callers of the API see of the board. */
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { RegisteredNode } from "../fleet/node-registry.ts";

/** Every match of the fleet, once: the owner with the highest epoch has it. */
export function matchInfos(board: readonly RegisteredNode[]): readonly MatchInfo[] {
  const infos = new Map<string, MatchInfo>();
  for (const { card } of board) {
    for (const match of card.matches) {
      if ((infos.get(match.id)?.epoch ?? 0) >= match.epoch) continue;
      const { id, game, tick, epoch, seatsTaken, seatsMax, queue, startedAtMs } = match;
      infos.set(id, {
        ...{ id, game, tick, epoch },
        node: card.node,
        seats: { taken: seatsTaken, max: seatsMax },
        startedAt: new Date(startedAtMs).toISOString(),
        ...(queue !== undefined && { queue }),
        ...(card.publicAddress !== undefined && { address: card.publicAddress }),
      });
    }
  }
  return [...infos.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
