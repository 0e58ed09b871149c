/** The games that this server runs. A new game is one import and one word here. */
import type { AnyGame } from "../shared/game.ts";
import { arena } from "../shared/games/arena/game.ts";

export const games: readonly AnyGame[] = [arena];
