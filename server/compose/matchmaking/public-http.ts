/** The HTTP that is public in a process that serves it: the API, Colyseus' own matchmaking and the page. */
import type { Express } from "express";
import type { AnyGame } from "../../../shared/game/game.ts";
import { addAdminRoutes } from "../../api/admin-routes.ts";
import { audit } from "../../api/audit.ts";
import { addPublicRoutes } from "../../api/public-routes.ts";
import type { MatchRouteParts } from "../../api/v1/match-routes.ts";
import { type SeatingParts, seatingOf } from "../../matchmaking/director/booked-seating.ts";
import { Director } from "../../matchmaking/director/director.ts";
import { proposals } from "../../matchmaking/engine/proposals.ts";
import type { Log } from "../../ops/log.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Config } from "../../settings/settings.ts";
import { pageFiles } from "../page.ts";
import type { Matchmaking } from "./open.ts";

export interface PublicHttpParts {
  readonly config: Config;
  readonly games: readonly AnyGame[];
  readonly matchmaking: Matchmaking;
  readonly matches: MatchRouteParts;
  readonly log: Log;
  /** Adds the routes that the server's owner brings. */
  readonly addOwn?: (app: Express) => void;
}

export function addPublicHttp(app: Express, given: PublicHttpParts): void {
  const { config, games, matchmaking, matches, log, addOwn } = given;
  const { admission, sessions, identifyToken, parts } = matchmaking;
  const { nowMs, steadyMs } = parts;
  const audited = audit({ log: (message, details) => log.info(details, message), steadyMs });
  if (config.adminToken !== "none")
    addAdminRoutes(app, { token: config.adminToken, sessions, audit: audited, nowMs });
  addPublicRoutes(app, {
    ...{ ...matches, games },
    ...{ admission, sessions, audit: audited, page: pageFiles(config.web) },
    matchmaking: { ...parts, matchRuns: async (id) => (await matches.match(id)) !== undefined },
    ...(identifyToken !== undefined && { identify: identifyToken }),
    ...(addOwn !== undefined && { addOwn }),
  });
}

/** @param given `alone`: no other process uses the store */
export function startDirector(
  { parts, quota, sessions }: Matchmaking,
  given: { book: SeatingParts["book"]; alone: boolean; log: Log; metrics: Metrics },
): Director {
  const { book, alone, log, metrics } = given;
  const director = new Director({
    ...parts,
    ...{ alone, decide: proposals, seating: seatingOf({ parts, book }) },
    mayWait: (userId, sinceMs) => sessions.mayWait(userId, sinceMs),
    log: (message, details) => log.info(details, message),
  });
  quota.follow((range) => director.waitingFrom(range));
  metrics.beforeReading(() => metrics.matchmaking.now(director.status()));
  director.start();
  return director;
}
