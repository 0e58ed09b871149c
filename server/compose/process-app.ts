/** The HTTP app of a process before its own routes are added: who may ask, and the answers to the SDK. */
import type { Express } from "express";
import { newApp } from "../api/app.ts";
import type { HttpMetrics } from "../api/http-metrics.ts";
import { addMatchmakeRoutes, type MatchmakeParts } from "../api/matchmake-routes.ts";
import { allowedOrigins } from "../net/origins.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import { limitedLines } from "../room/limited-lines.ts";
import { type SdkParts, sdkMatchmaking } from "../room/sdk-matchmaking.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";
import type { Matchmaking } from "./matchmaking/open.ts";

const linesPerMinuteMax = 60;

export interface ProcessAppParts
  extends Pick<MatchmakeParts, "games" | "ready" | "rooms">,
    Pick<SdkParts, "join"> {
  readonly config: Config;
  readonly matchmaking: Matchmaking;
  readonly metrics: HttpMetrics;
}

/** @throws StoreError `origin/invalid` */
export function processApp({ config, matchmaking, join, metrics, ...parts }: ProcessAppParts): Express {
  const origins = allowedOrigins(config.allowedOrigins);
  if (typeof origins === "string") throw new StoreError("origin/invalid", `--allowed-origins: ${origins}`);
  const app = newApp({ trustProxy: config.trustProxy, origins, measured: { metrics, nowMs } });
  const { admission, identify } = matchmaking;
  const matchmake = sdkMatchmaking({ identify, join });
  addMatchmakeRoutes(app, { ...parts, admission, matchmake });
  return app;
}

/** Logs failed requests. Callers can cause them, so the lines are limited. */
export function failuresTo(log: Log): (message: string, details: object) => void {
  const write = (message: string, details: object) => log.error(details, message);
  return limitedLines(write, { linesPerMinuteMax, nowMs });
}
