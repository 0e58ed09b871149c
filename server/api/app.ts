/**
 * Makes the Express app of a process, and routers for it. Only here, so that all of them compare paths as the load
 * balancer does, case-sensitively, and send the same headers. It has no routes.
 */

import express, { type Express, type Router } from "express";
import type { SteadyClock } from "../../shared/clock.ts";
import type { AllowedOrigins } from "../net/origins.ts";
import { crossOrigin } from "./cross-origin.ts";
import { type HttpMetrics, measuring, rememberMount } from "./http-metrics.ts";
import { securityHeaders } from "./security-headers.ts";

export interface AppOptions {
  /** In the form that Express takes. */
  readonly trustProxy: string;
  readonly origins: AllowedOrigins;
  /** Without it, nothing is measured. */
  readonly measured?: { readonly metrics: HttpMetrics; readonly nowMs: SteadyClock };
}

export function newApp({ trustProxy, origins, measured }: AppOptions): Express {
  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  // If the last route fails, too, Express itself answers: without a stack.
  app.set("env", "production");
  app.set("trust proxy", trustProxy);
  if (measured !== undefined) app.use(measuring(measured.metrics, measured.nowMs));
  app.use(securityHeaders);
  app.use(crossOrigin(origins));
  return app;
}

export function newRouter(): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(rememberMount);
  return router;
}
