/**
 * Brings an arena World of an older version forward. Version 1 had neither sides nor bots: its matches go on
 * as before, each player a side of their own. Whenever the World changes its shape, add a step here.
 */
import type { ArenaWorld, Departed, Player } from "./world.ts";

/** The World of version 1. */
interface World1 extends Omit<ArenaWorld, "teamSize" | "leaverScores" | "bots" | "players" | "departed"> {
  players: Omit<Player, "bot">[];
  departed: Omit<Departed, "bot">[];
}

/** @throws Error when there is no way from that version */
export function migrate(world: unknown, fromVersion: number): ArenaWorld {
  if (fromVersion !== 1) throw new Error(`the arena has no way from version ${fromVersion}`);
  return fromVersion1(world as World1);
}

function fromVersion1(world: World1): ArenaWorld {
  return {
    ...world,
    teamSize: 1,
    leaverScores: leaverScores1(world),
    bots: [],
    players: world.players.map((player) => ({ ...player, bot: false })),
    departed: world.departed.map((departed) => ({ ...departed, bot: false })),
  };
}

/** By seat: the score of the last player who left it, if it is free now. Version 1 had 16 seats. */
function leaverScores1({ players, departed }: World1): number[] {
  const scores = Array.from({ length: 16 }, () => 0);
  for (const { seat, score } of departed) scores[seat] = score;
  for (const { seat } of players) scores[seat] = 0;
  return scores;
}
