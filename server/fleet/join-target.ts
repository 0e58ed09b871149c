/**
 * Which nodes a join is offered to, best first. The named match's owner alone; else who has an open match of the
 * game, the fullest match first, so that players meet; else who has most room for a new one.
 */
import type { RegisteredNode } from "./node-registry.ts";
import { headroom } from "./placement.ts";

export interface JoinWish {
  readonly game: string;
  readonly matchId?: string | undefined;
  readonly spectate: boolean;
}

/** @returns cards' addresses; empty when no node takes it */
export function joinTargets(board: readonly RegisteredNode[], wish: JoinWish): readonly string[] {
  const alive = board.filter(
    ({ card, connected, leaseLeftMs }) => card.role === "room" && connected && leaseLeftMs > 0,
  );
  if (wish.matchId !== undefined) {
    return alive
      .filter(({ card }) => card.matches.some(({ id }) => id === wish.matchId))
      .map(({ card }) => card.address);
  }
  return alive
    .filter(({ card }) => card.state === "ready" && Object.hasOwn(card.games, wish.game))
    .filter(({ card }) => wish.spectate || !card.load.full)
    .map((listed) => ({ listed, players: playersOfFullestOpen(listed, wish) }))
    .sort((a, b) => b.players - a.players || headroom(b.listed.card.load) - headroom(a.listed.card.load))
    .map(({ listed }) => listed.card.address);
}

/** -1: it has no such match. */
function playersOfFullestOpen({ card }: RegisteredNode, { game, spectate }: JoinWish): number {
  const fitting = card.matches.filter((match) => match.game === game && (spectate || match.open));
  return Math.max(-1, ...fitting.map(({ seatsTaken }) => seatsTaken));
}
