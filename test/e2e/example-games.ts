/** The three example games with pages of their own, as a module of somebody who runs them all at one server. */
import { crowd } from "../../shared/games/crowd/game.ts";
import { hands } from "../../shared/games/hands/game.ts";
import { lounge, handlers as ofLounge } from "../../shared/games/lounge/game.ts";

export const games = [hands, crowd, lounge];
export const handlers = { ...ofLounge };
