/** The games of the server in the tests of the page: the one that it has a picture of, and one that it has none of. */
import { arena } from "../../shared/games/arena/game.ts";
import { hands } from "../../shared/games/hands/game.ts";

export const games = [arena, hands];
