/** The arena as a module for `--games`: a server that is given rooms has no built-in game beside them. */
import { arena } from "../../shared/games/arena/game.ts";

export const games = [arena];
