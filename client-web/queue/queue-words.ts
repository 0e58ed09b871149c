/** A queue in words for players: its title, its shape, when bots come. Pure. */
import type { QueueInfo } from "../../shared/wire/tickets.ts";

/** Queues whose short names say too little. */
const fullNames: Readonly<Record<string, string>> = { all: "Free for all" };

/** `arena-last-stand` of the game arena is "Last stand". */
export function queueTitle({ name, game }: Pick<QueueInfo, "name" | "game">): string {
  const own = name.startsWith(`${game}-`) ? name.slice(game.length + 1) : name;
  const spaced = own.replaceAll("-", " ");
  return fullNames[own] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function queueShape({ teams, teamSize }: Pick<QueueInfo, "teams" | "teamSize">): string {
  if (teams === 2) return `${teamSize} against ${teamSize}`;
  // A free-for-all is one side of many seats, or many sides of one seat.
  if (teamSize === 1 || teams === 1) return `everybody alone, ${teams * teamSize} players`;
  return `${teams} sides of ${teamSize}`;
}

export function botsWords({ botsAfterSeconds }: Pick<QueueInfo, "botsAfterSeconds">): string {
  if (botsAfterSeconds === undefined) return "real players only";
  return botsAfterSeconds === 0 ? "bots fill up at once" : `bots fill up after ${botsAfterSeconds} s`;
}

export function partyWords({ partySizeMax }: Pick<QueueInfo, "partySizeMax">): string {
  return partySizeMax > 1 ? `parties of up to ${partySizeMax}` : "no parties";
}
