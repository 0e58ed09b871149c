/**
 * The arena with seats for 200 players, under a name of its own: what `bench -- peers` fills one room with. Its rules are
 * those of the arena, which plays with 16. A server is given it by `--games`.
 */
import { arena } from "../../../shared/games/arena/game.ts";
import type { ArenaWorld } from "../../../shared/games/arena/world.ts";

const seatsMax = 200;

export const wideArena: typeof arena = {
  ...arena,
  name: "wide-arena",
  seats: { min: 1, max: seatsMax },
  create(seed, options): ArenaWorld {
    return { ...arena.create(seed, options), leaverScores: Array.from({ length: seatsMax }, () => 0) };
  },
};

/** What `--games` reads. */
export const games = [wideArena];
