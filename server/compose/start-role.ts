/** Starts the parts of a process, by its role. Each role loads its own: a matchmaker needs no rooms. */
import type { AnyGame } from "../../shared/game/game.ts";
import { loadGames } from "../games.ts";
import type { Log } from "../ops/log.ts";
import { assertColyseusInternals } from "../room/colyseus-internals.ts";
import type { Config } from "../settings/settings.ts";
import { startEmbedded } from "./embedded.ts";
import type { RunningServer } from "./running-server.ts";

/** @param given games of the calling program; left out: those of the settings. @throws InternalsError, StoreError, PortError */
export async function startRole(
  config: Config,
  log: Log,
  given?: readonly AnyGame[],
): Promise<RunningServer> {
  assertColyseusInternals();
  const games = await loadGames(config.games, given);
  if (config.role === "room") return (await import("./room-node.ts")).startRoomNode(config, log, games);
  if (config.role === "matchmaker") {
    return (await import("./matchmaker-node.ts")).startMatchmakerNode(config, log, games);
  }
  return startEmbedded(config, log, games);
}
