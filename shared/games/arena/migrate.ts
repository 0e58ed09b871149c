/**
 * Brings an arena World of an older version forward, step by step. Version 1 had neither sides nor bots: its matches go on
 * as before, each player a side of their own. Version 2 knew nothing of where players had been, and protected nobody who
 * came to life: its matches protect nobody, as a client of them does not know the field that shows it. In version 3 nobody was
 * away; its Worlds are as they were. Whenever the World
 * changes its shape, add a step here.
 */
import type { ArenaWorld, Departed, Player } from "./world.ts";

type Player2 = Omit<Player, "trail" | "sawTick" | "safeUntilTick">;

/** The World of version 2. */
interface World2 extends Omit<ArenaWorld, "spawnSafeTicks" | "players"> {
  players: Player2[];
}

/** The World of version 1. */
interface World1 extends Omit<World2, "teamSize" | "leaverScores" | "bots" | "players" | "departed"> {
  players: Omit<Player2, "bot">[];
  departed: Omit<Departed, "bot">[];
}

/** @throws Error when there is no way from that version */
export function migrate(world: unknown, fromVersion: number): ArenaWorld {
  if (fromVersion === 1) return fromVersion2(fromVersion1(world as World1));
  if (fromVersion === 2) return fromVersion2(world as World2);
  if (fromVersion === 3) return world as ArenaWorld;
  throw new Error(`the arena has no way from version ${fromVersion}`);
}

function fromVersion2(world: World2): ArenaWorld {
  const players = world.players.map((player) => ({ ...player, trail: [], sawTick: 0, safeUntilTick: 0 }));
  return { ...world, spawnSafeTicks: 0, players };
}

function fromVersion1(world: World1): World2 {
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
