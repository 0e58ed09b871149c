/** Everything that callers from outside can reach: the API under /v1 with its description, and the page. */
import type { Express } from "express";
import type { MatchmakingParts } from "../matchmaking/parts.ts";
import { newRouter } from "./app.ts";
import { addDescriptionRoutes } from "./description-routes.ts";
import { jsonBody } from "./json-body.ts";
import { type MemoryFiles, serveFiles } from "./memory-files.ts";
import { addSdkAuthRoutes } from "./sdk-auth-routes.ts";
import { type Admission, RouteServer } from "./serve-route.ts";
import { addGameRoutes, type GameRouteParts } from "./v1/game-routes.ts";
import { addMatchRoutes, type MatchRouteParts } from "./v1/match-routes.ts";
import { addPartyRoutes } from "./v1/party-routes.ts";
import { addRatingRoutes } from "./v1/rating-routes.ts";
import { addSessionRoutes, type SessionParts } from "./v1/session-routes.ts";
import { addTicketRoutes } from "./v1/ticket-routes.ts";

export interface PublicParts extends MatchRouteParts, SessionParts, GameRouteParts {
  readonly admission: Admission;
  readonly matchmaking: MatchmakingParts;
  /** The built page. */
  readonly page: MemoryFiles;
  /** Adds the routes that the server's owner brings. */
  readonly addOwn?: (app: Express) => void;
}

export function addPublicRoutes(app: Express, parts: PublicParts): void {
  const v1 = newRouter();
  v1.use(jsonBody());
  const server = new RouteServer(v1, parts.admission);
  addSessionRoutes(server, parts);
  addGameRoutes(server, parts);
  addMatchRoutes(server, parts);
  addTicketRoutes(server, parts.matchmaking);
  addPartyRoutes(server, parts.matchmaking);
  addRatingRoutes(server, parts.matchmaking);
  app.use("/v1", v1);
  addDescriptionRoutes(app);
  parts.addOwn?.(app);
  addSdkAuthRoutes(app, parts);
  app.use(serveFiles(parts.page, { cache: cacheOf }));
}

/** The build names files in assets/ by their content; only the page itself must be revalidated. */
const cacheOf = (path: string) =>
  path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
