/** The View of the arena, as the server takes it: what is declared in view-schema.ts, and seen as seen.ts decides. */
import { declaredView } from "../../game/view/declared-view.ts";
import { see } from "./seen.ts";
import { arenaFields } from "./view-schema.ts";

export const arenaView = declaredView("arena", arenaFields, see);
