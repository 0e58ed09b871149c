/**
 * One process that is the whole server: the store in a data directory, every match, the API and the page.
 */
import { hostname } from "node:os";
import type { Express } from "express";
import { addClosingRoutes } from "../api/closing-routes.ts";
import { addHealthRoutes } from "../api/health-routes.ts";
import type { Brought } from "../games.ts";
import type { LeftMatch } from "../match/restores.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import { timerAs } from "../ops/work.ts";
import { openSleepers, sleepingInfo } from "../room/shown-asleep.ts";
import type { Config } from "../settings/settings.ts";
import { type BesideMatches, nothingBeside } from "./beside.ts";
import { placeOf } from "./listen-address.ts";
import { buildMatchProcess, type MatchProcess } from "./match-process.ts";
import { startMatchWork } from "./matchmaking/match-work.ts";
import { openMatchmaking } from "./matchmaking/open.ts";
import { addPublicHttp, startDirector } from "./matchmaking/public-http.ts";
import { OpenedLater } from "./opened-later.ts";
import { failuresTo } from "./process-app.ts";
import type { RunningServer } from "./running-server.ts";
import { shutDown } from "./shutdown.ts";
import { openStore } from "./store.ts";

/**
 * Starts a server: first the store, then every stored match, then the port. Resolves when it takes players.
 * @throws StoreError, PortError
 */
export async function startEmbedded(
  config: Config,
  log: Log,
  { games, handlers }: Brought,
  beside: BesideMatches = nothingBeside,
  metrics = new Metrics(),
): Promise<RunningServer & { readonly process: MatchProcess }> {
  // The files it writes contain players' names and tokens, so only their owner may read them.
  process.umask(0o077);
  const store = await openStore(config, () => matchmaking.parts.nowMs(), metrics.redis.of);
  const node = `${hostname()}-${process.pid}`;
  const matchmaking = await openMatchmaking({ config, games: [...games, ...beside.games], log, metrics });
  const parts = buildMatchProcess({
    ...{ config, log, games, handlers, matchmaking, metrics, store, node, routes, beside },
  });
  const { matches, left } = await restoreAll(parts, log);
  const port = await parts.rooms.listen(placeOf(config));
  const director = startDirector(matchmaking, {
    alone: true,
    ...{ log, metrics },
    book: (request) => parts.bookings.book(request),
  });
  const stopMatchWork = startMatchWork({ matchmaking, process: parts, owns: () => true, log });
  const again = new OpenedLater(left, {
    ...{ store, host: parts.host, log, timer: timerAs("open-again") },
    openRoom: (id) => parts.rooms.openRoom(id),
  });
  const stop = async () => {
    if (parts.stopping) return;
    again.stop();
    await shutDown({ process: parts, stopWork: [() => director.stop(), stopMatchWork] });
    await parts.store.close();
    await matchmaking.close();
  };
  return { port, matches, status: parts.status, stop, process: parts };

  function routes(app: Express, { rooms, door, health }: MatchProcess): void {
    addHealthRoutes(app, health);
    addPublicHttp(app, {
      ...{ config, games, matchmaking, log },
      ...beside.forPublic,
      matches: {
        join: (request, joiner) => door.join(request, joiner),
        matches: async () => [...rooms.matches(), ...(await openSleepers(store, games))],
        match: async (id) => rooms.match(id) ?? sleepingInfo(await store.find(id), games),
      },
    });
    addClosingRoutes(app, failuresTo(log));
  }
}

/** @returns how many are open, and which are not although they run */
async function restoreAll(
  { host, rooms }: MatchProcess,
  log: Log,
): Promise<{ readonly matches: number; readonly left: readonly LeftMatch[] }> {
  const { restored, setAside, left } = await host.restoreAll();
  for (const { id, reason } of setAside) log.error({ match: id }, `set aside: ${reason}`);
  const withoutRoom = await rooms.openRestoredRooms();
  const all = [...left, ...withoutRoom];
  for (const { id, reason } of all) log.error({ match: id }, `not opened: ${reason}`);
  return { matches: restored.length - withoutRoom.length, left: all };
}
