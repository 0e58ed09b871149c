/** Starts the parts of a process, by its role. Each role loads its own: a matchmaker needs no rooms. */

import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import type { HandlersByGame } from "../../shared/game/handlers.ts";
import { type Brought, loadBrought } from "../games.ts";
import { flushLog, type Log } from "../ops/log.ts";
import { hasGames } from "../settings/has-games.ts";
import type { Config } from "../settings/settings.ts";
import { type BesideMatches, nothingBeside } from "./beside.ts";
import { startEmbedded } from "./embedded.ts";
import { newMatchId } from "./match-process.ts";
import { assertPage } from "./page.ts";
import type { RunningServer } from "./running-server.ts";
import type { WarmedUp } from "./warm-up.ts";

/** What the calling program has in hand; what it leaves out, the settings name. */
export interface InHand {
  readonly games?: readonly AnyGame[];
  /** With `games`: they carry out what those ask. */
  readonly handlers?: HandlersByGame;
  /** Rooms and routes, as rooms/room-definitions.ts reads them. */
  readonly rooms?: object;
  /** What this process made ready as a standby. */
  readonly warmedUp?: WarmedUp | undefined;
}

const noGames: Brought = { games: [], handlers: {} };

/** @throws StoreError, PortError */
export async function startRole(config: Config, log: Log, given: InHand = {}): Promise<RunningServer> {
  assertPage(config.web);
  const { games, handlers, rooms } = given;
  if (config.dev && games === undefined && config.games !== "built-in")
    return startDeveloped(config, log, rooms);
  const inHand = games && { games, ...(handlers && { handlers }) };
  const isOnlyRooms = games === undefined && (!hasGames(config) || (rooms !== undefined && "rooms" in rooms));
  const brought = isOnlyRooms
    ? noGames
    : (given.warmedUp?.brought ?? (await loadBrought(config.games, inHand)));
  const beside = await besideOf(config, log, { rooms, games: brought.games });
  if (config.role === "room")
    return (await import("./room-node.ts")).startRoomNode(config, log, brought, beside);
  if (config.role === "matchmaker")
    return (await import("./matchmaker-node.ts")).startMatchmakerNode(config, log, brought.games, beside);
  return startEmbedded(config, log, brought, beside, given.warmedUp?.metrics);
}

async function besideOf(
  config: Config,
  log: Log,
  given: { readonly rooms: object | undefined; readonly games: readonly AnyGame[] },
): Promise<BesideMatches> {
  if (given.rooms === undefined && config.rooms === "none") return nothingBeside;
  const { besideMatches } = await import("./beside-matches.ts");
  return besideMatches({ ...given, config, log, newRoomId: newMatchId });
}

/** One server that follows the files of its games. */
async function startDeveloped(config: Config, log: Log, rooms: object | undefined): Promise<RunningServer> {
  const { Development } = await import("./development.ts");
  const development = await Development.load(config.games, log);
  const beside = await besideOf(config, log, { rooms, games: development.games });
  const server = await startEmbedded(config, log, development, beside);
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
