/**
 * A View as plain data, to be shown, hashed and compared with what the World shows. It reads a server's View and a
 * client's alike; fields that a decoder has not filled yet read as empty. Pages import this and not the whole game.
 */
import { viewReader } from "../../game/view/declared-view.ts";
import { arenaFields } from "./view-schema.ts";

export const readView = viewReader("arena", arenaFields);
