/**
 * Assigns roles to the players of a team: a matching of players to the team's role seats by augmenting paths (Kuhn).
 * It knows only roles; other code decides who shares a team.
 */
import type { TicketPlayer } from "./ticket.ts";

/** Role to its seats in a team. */
export type RoleSeats = Readonly<Record<string, number>>;

/** A role per player, in order, none more often than the team has it; undefined when there is no solution. */
export function rolesOf(players: readonly TicketPlayer[], roleSeats: RoleSeats): string[] | undefined {
  const seats = Object.keys(roleSeats)
    .sort()
    .flatMap((role) => new Array<string>(roleSeats[role]!).fill(role));
  /** Seat to the player in it. */
  const taken = new Array<number | undefined>(seats.length).fill(undefined);

  const sit = (player: number, tried: Set<number>): boolean =>
    seats.some((role, seat) => {
      if (tried.has(seat) || !willPlay(players[player]!, role)) return false;
      tried.add(seat);
      const before = taken[seat];
      if (before !== undefined && !sit(before, tried)) return false;
      taken[seat] = player;
      return true;
    });

  if (!players.every((_, player) => sit(player, new Set()))) return undefined;
  return players.map((_, player) => seats[taken.indexOf(player)]!);
}

export function willPlay({ roles }: TicketPlayer, role: string): boolean {
  return roles === undefined || roles.length === 0 || roles.includes(role);
}
