/**
 * A node of a fleet that owns no matches. It serves the API and the page, Colyseus' own matchmaking for clients that
 * have only the SDK, and tells the load balancer where a match is. Any number may run, and any may crash.
 */

import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { addClosingRoutes } from "../api/closing-routes.ts";
import { addHealthRoutes } from "../api/health-routes.ts";
import { addBalancerRoutes } from "../api/internal-routes.ts";
import { nodeClient } from "../api/node-client.ts";
import { fleetBooking } from "../fleet/booking.ts";
import { isAlive } from "../fleet/liveness.ts";
import { matchInfos } from "../fleet/match-infos.ts";
import { MatchLocator } from "../fleet/match-locator.ts";
import type { NodeEntry, NodeLoad, NodeRegistry } from "../fleet/node-registry.ts";
import { placement } from "../fleet/placement.ts";
import type { StatusNumbers } from "../ops/child-messages.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import { residentMib } from "../ops/resources.ts";
import { every, laterAs } from "../ops/work.ts";
import { ColyseusMatchmaker } from "../room/colyseus-matchmaker.ts";
import type { SharedListing } from "../room/shared-listing.ts";
import { FleetRooms, tellLobbies } from "../rooms/fleet-rooms.ts";
import type { Config } from "../settings/settings.ts";
import { type BesideMatches, nothingBeside } from "./beside.ts";
import { connectionsOf } from "./connections.ts";
import { type FleetLink, openFleetLink } from "./fleet-link.ts";
import { type FleetMatches, fleetMatches } from "./fleet-matches.ts";
import { addressOf, placeOf } from "./listen-address.ts";
import { openMatchmaking } from "./matchmaking/open.ts";
import { addPublicHttp, startDirector } from "./matchmaking/public-http.ts";
import { failuresTo, processApp } from "./process-app.ts";
import { notReady } from "./readiness.ts";
import type { RunningServer } from "./running-server.ts";
import { openStore } from "./store.ts";

const announceEveryMs = 500;
/** For rooms of nodes that are gone. */
const lookEveryMs = 1000;
const noLoad: NodeLoad = {
  ...{
    tickShare: 0,
    latenessMsP99: 0,
    seatsTaken: 0,
    seatsMax: 0,
    matches: 0,
    matchesMax: 0,
    joinsWaiting: 0,
  },
  full: true,
};

/** @throws StoreError, PortError */
export async function startMatchmakerNode(
  config: Config,
  log: Log,
  games: readonly AnyGame[],
  beside: BesideMatches = nothingBeside,
): Promise<RunningServer> {
  const warn = (message: string, details: object) => log.warn(details, message);
  const metrics = new Metrics();
  const link = await openFleetLink(config, log, metrics.redis.of);
  const { registry, listing, secret } = link;
  const store = await openStore(config, () => matchmaking.parts.nowMs(), metrics.redis.of);
  // Durable rooms are matches, too.
  const kinds = [...games, ...beside.games];
  const matchmaking = await openMatchmaking({ config, games: kinds, log, metrics });
  const locator = new MatchLocator({ registry, nowMs, later: laterAs("match-locator"), log: warn });
  await locator.start();
  const nodes = nodeClient(secret);
  let stopping = false;

  const matches = fleetMatches({ locator, nodes, store, games: kinds });
  const app = processApp({
    ...{ config, matchmaking, games, metrics: metrics.http, join: matches.join, ready: matches.ready },
    ...beside.forApp,
  });
  const connections = connectionsOf(config, metrics, log);
  metrics.beforeReading(() => metrics.connections.now({ open: connections.open, clients: 0 }));
  const colyseus = new ColyseusMatchmaker({
    ...{ games, listing, log: warn, onRequest: app, identify: matchmaking.identify, connections },
    processFor: (name) => processFor(locator, [...games, ...beside.kinds], name),
    ...beside.forColyseus,
  });
  beside.open(colyseus, "elsewhere");
  const rooms = fleetRooms(locator, listing, beside);
  const stopLooking = every("rooms", lookEveryMs, () =>
    rooms.look().catch((error) => warn("the rooms of a node that is gone were not removed", { error })),
  );
  addRoutes();
  const port = await colyseus.listen(placeOf(config));
  const book = fleetBooking({ locator, nodes, games: kinds });
  const director = startDirector(matchmaking, { book, alone: false, log, metrics });
  const startedAtMs = matchmaking.parts.nowMs();
  const entry = entryOf(config, link, { port, processId: colyseus.processId, startedAtMs });
  const stopAnnouncing = announce(entry, registry, config, log);

  function addRoutes(): void {
    addHealthRoutes(app, {
      notReady: () => notReady({ stopping }, [registry, listing, store, matchmaking.parts.store]),
      metrics: () => metrics.text(),
    });
    addBalancerRoutes(app, { ownerOf: ownerOf(locator, rooms, matches) });
    addPublicHttp(app, { config, games, matchmaking, log, matches, ...beside.forPublic });
    addClosingRoutes(app, failuresTo(log));
  }

  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    stopAnnouncing();
    stopLooking();
    await director.stop();
    locator.stop();
    await leave(link, log);
    await beside.close();
    colyseus.stop();
    await Promise.allSettled([link.close(), store.close(), matchmaking.close()]);
  }

  return { port, matches: 0, status: () => statusOf(locator), stop };
}

/** Says where a match is, or a room that is none. */
function ownerOf(
  locator: MatchLocator,
  rooms: FleetRooms,
  matches: Pick<FleetMatches, "ownerOf">,
): FleetMatches["ownerOf"] {
  return async (id, avoid) => {
    const room = locator.addressOf(id) === undefined ? await rooms.ownerOf(id) : undefined;
    if (room === undefined) return matches.ownerOf(id, avoid);
    return room === "gone" ? undefined : room;
  };
}

async function leave({ registry, node }: FleetLink, log: Log): Promise<void> {
  await registry.leave(node).catch((error) => log.warn({ error }, "this node could not leave the registry"));
}

/** It knows none when the fleet has no such rooms. */
function fleetRooms(locator: MatchLocator, { driver }: SharedListing, beside: BesideMatches): FleetRooms {
  const nodes = () =>
    locator
      .nodes()
      .filter(isAlive)
      .map(({ entry }) => entry);
  // Those that are durable are matches: another node has them soon.
  const kinds = beside.kinds.filter(({ name }) => !beside.games.some((game) => game.name === name));
  const rooms = new FleetRooms({ driver, nodes, kinds, onGone: tellLobbies });
  driver.isThere = rooms.isThere;
  return rooms;
}

function processFor(
  locator: MatchLocator,
  games: readonly Pick<AnyGame, "name" | "version">[],
  asked: string,
): string | undefined {
  const game = games.find((each) => each.name === asked);
  if (game === undefined) return undefined;
  const { name, version } = game;
  return placement(locator.nodes(), { game: name, version })?.entry.processId;
}

function entryOf(
  config: Config,
  { node }: FleetLink,
  { port, processId, startedAtMs }: { port: number; processId: string; startedAtMs: number },
): NodeEntry {
  return {
    ...{ node, role: "matchmaker", state: "ready", processId },
    address: addressOf(config, port),
    pid: process.pid,
    games: {},
    load: noLoad,
    matches: [],
    startedAtMs,
  };
}

/**
 * Keeps this matchmaker's entry, which only informs: nothing depends on it. A matchmaker that was declared lost
 * restarts, because a name is used once. @returns a function that stops it
 */
function announce(entry: NodeEntry, registry: NodeRegistry, { leaseMs }: Config, log: Log): () => void {
  const once = async () => {
    try {
      const result = await registry.announce(entry, leaseMs);
      if (result.ok) return;
      log.error({ code: result.code }, "this matchmaker was declared lost by its peers; restarting");
      process.exit(exitCodes.lost);
    } catch (error) {
      log.debug({ error }, "the entry could not be announced");
    }
  };
  void once();
  return every("announce", announceEveryMs, once);
}

/** A matchmaker shows the fleet's matches, as it has none of its own. */
function statusOf(locator: MatchLocator): StatusNumbers {
  return {
    matches: matchInfos(locator.nodes()).length,
    ...{ players: 0, frozen: 0, tickLatenessMsP99: 0, gateMsP50: 0, gateMsP99: 0 },
    ...{ journalKibPerSecond: 0, patchesPerSecond: 0 },
    memoryMib: residentMib(),
  };
}
