/** Starts the parts of a process, by its role. Each role loads its own: a matchmaker needs no rooms. */

import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { loadBrought } from "../games.ts";
import { flushLog, type Log } from "../ops/log.ts";
import type { Config } from "../settings/settings.ts";
import { startEmbedded } from "./embedded.ts";
import { assertPage } from "./page.ts";
import type { RunningServer } from "./running-server.ts";

/** @param given games and handlers of the calling program; left out: those of the settings. @throws StoreError, PortError */
export async function startRole(
  config: Config,
  log: Log,
  given?: Parameters<typeof loadBrought>[1],
): Promise<RunningServer> {
  assertPage(config.web);
  if (config.dev && given === undefined && config.games !== "built-in") return startDeveloped(config, log);
  const brought = await loadBrought(config.games, given);
  if (config.role === "room") return (await import("./room-node.ts")).startRoomNode(config, log, brought);
  if (config.role === "matchmaker") {
    return (await import("./matchmaker-node.ts")).startMatchmakerNode(config, log, brought.games);
  }
  return startEmbedded(config, log, brought);
}

/** One server that follows the files of its games. */
async function startDeveloped(config: Config, log: Log): Promise<RunningServer> {
  const { Development } = await import("./development.ts");
  const development = await Development.load(config.games, log);
  const server = await startEmbedded(config, log, development);
  const stop = async () => {
    development.close();
    await server.stop();
  };
  const restart = async () => {
    await stop();
    await flushLog(log);
    process.exit(exitCodes.failed);
  };
  development.follow({ matches: server.process, restart });
  return { ...server, stop };
}
