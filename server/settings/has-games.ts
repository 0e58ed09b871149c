/** Whether a server runs games: who brings only rooms does not want the built-in game beside them. */
import type { Config } from "./settings.ts";

export function hasGames({ games, rooms }: Pick<Config, "games" | "rooms">): boolean {
  return rooms === "none" || games !== "built-in";
}
