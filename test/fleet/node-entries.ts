/** Entries and registries for tests of the fleet: a living, idle room node with the arena, but for what a test says. */
import type { HostedMatch, NodeEntry, NodeLoad, RegisteredNode } from "../../server/fleet/node-registry.ts";

export const idle: NodeLoad = {
  ...{ tickShare: 0, latenessMsP99: 0, seatsTaken: 0, seatsMax: 80, matches: 0, matchesMax: 10 },
  ...{ joinsWaiting: 0, full: false },
};

export function entry(node: string, differing: Partial<NodeEntry> = {}): NodeEntry {
  return {
    ...{ node, role: "room", state: "ready", address: `${node}:1`, pid: 1, games: { arena: 3 } },
    ...{ load: idle, matches: [], processId: `process-of-${node}`, startedAtMs: 0 },
    ...differing,
  };
}

export function hosted(id: string, differing: Partial<HostedMatch> = {}): HostedMatch {
  return {
    ...{ id, game: "arena", version: 3, epoch: 1, tick: 0, players: 0, seatsTaken: 0, seatsMax: 8 },
    ...{ open: true, startedAtMs: 0 },
    ...differing,
  };
}

export function registered(
  node: string,
  differing: Partial<RegisteredNode> & { entry?: NodeEntry } = {},
): RegisteredNode {
  return { entry: entry(node), leaseLeftMs: 3000, connected: true, ...differing };
}
