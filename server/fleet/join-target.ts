/**
 * The nodes that a join is offered to, best first: only the owner of a named match; otherwise nodes with an open
 * match of the game, the fullest match first, so that players meet; otherwise the nodes with most room for a new
 * match.
 */
import type { RegisteredNode } from "./node-registry.ts";
import { headroom } from "./placement.ts";

export interface JoinWish {
  readonly game: string;
  readonly matchId?: string | undefined;
  readonly spectate: boolean;
}

/** @returns the addresses of the nodes; empty when no node takes the join */
export function joinTargets(nodes: readonly RegisteredNode[], wish: JoinWish): readonly string[] {
  const alive = nodes.filter(
    ({ entry, connected, leaseLeftMs }) => entry.role === "room" && connected && leaseLeftMs > 0,
  );
  if (wish.matchId !== undefined) {
    return alive
      .filter(({ entry }) => entry.matches.some(({ id }) => id === wish.matchId))
      .map(({ entry }) => entry.address);
  }
  return alive
    .filter(({ entry }) => entry.state === "ready" && Object.hasOwn(entry.games, wish.game))
    .filter(({ entry }) => wish.spectate || !entry.load.full)
    .map((registered) => ({ registered, players: playersOfFullestOpen(registered, wish) }))
    .sort(
      (a, b) =>
        b.players - a.players || headroom(b.registered.entry.load) - headroom(a.registered.entry.load),
    )
    .map(({ registered }) => registered.entry.address);
}

/** -1 when it has no such match. */
function playersOfFullestOpen({ entry }: RegisteredNode, { game, spectate }: JoinWish): number {
  const fitting = entry.matches.filter((match) => match.game === game && (spectate || match.open));
  return Math.max(-1, ...fitting.map(({ seatsTaken }) => seatsTaken));
}
