/**
 * What a server has beside matches when somebody brings it: rooms of Colyseus, and HTTP routes. Joins the reading of the
 * configuration, Colyseus' matchmaker and the HTTP app. Loaded only by a server that has them.
 */
import { ownRoutes } from "../api/own-routes.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import type { Configured } from "../room/configured.ts";
import { isDurable } from "../room/durable/durable-room.ts";
import { roomGame } from "../room/durable/room-world.ts";
import { limitedLines } from "../room/limited-lines.ts";
import { loadRooms } from "../rooms/load-rooms.ts";
import { RoomMatchmaking } from "../rooms/matchmake-rooms.ts";
import { PlainRooms, standIns } from "../rooms/plain-rooms.ts";
import { routerHandler } from "../rooms/router-handler.ts";
import type { Config } from "../settings/settings.ts";
import type { BesideMatches } from "./beside.ts";

/** Lines of the log: a room may fail at each of its steps. */
const linesPerMinuteMax = 60;
/** Rooms have this long to say goodbye and to clean up. */
const closeMsMax = 3000;

export interface BesideParts {
  readonly config: Config;
  readonly log: Log;
  /** What the calling program has in hand. Left out: what the settings name. */
  readonly rooms: object | undefined;
  readonly games: readonly { readonly name: string }[];
  readonly newRoomId: () => string;
}

/** @throws StoreError; what `express` of the configuration throws */
export async function besideMatches(parts: BesideParts): Promise<BesideMatches> {
  const { config, log, rooms, games, newRoomId } = parts;
  const taken = games.map(({ name }) => name);
  const brought = await loadRooms(config.rooms, rooms, taken);
  const { definitions, express, routes, auth, onShutdown, leftOut } = brought;
  if (leftOut.length > 0)
    log.warn({ leftOut }, "options of Colyseus' server that this server has itself are not used");
  let colyseus: { readonly routes: Configured["routes"] } | undefined;
  const hasRoutes = routes !== undefined || auth !== undefined;
  const addOwn = await ownRoutes({
    ...(express !== undefined && { express }),
    ...(hasRoutes && { route: routerHandler(() => colyseus?.routes) }),
  });
  const kinds = definitions.map(({ name }) => ({ name, version: 1 }) as const);
  const durable = definitions.filter(({ klass }) => isDurable(klass));
  const plain = new PlainRooms({
    ...{ newRoomId, roomsMax: config.roomsMax },
    log: limitedLines((message, details) => log.warn(details, message), { linesPerMinuteMax, nowMs }),
  });
  return {
    ...{ kinds, forPublic: { addOwn }, games: durable.map(({ name }) => roomGame(name)) },
    forColyseus: {
      configured: brought,
      durable: { of: durable, holdSeconds: config.seatGraceSeconds, developing: config.dev },
    },
    forApp: kinds.length === 0 ? {} : { rooms: new RoomMatchmaking(kinds.map(({ name }) => name)) },
    open: (server, made) => {
      colyseus = server;
      if (made === "elsewhere") standIns(definitions);
      else
        for (const definition of definitions) if (!durable.includes(definition)) plain.register(definition);
    },
    close: async () => {
      await plain.close(closeMsMax);
      await onShutdown?.();
    },
  };
}
