/**
 * The Express app of a process, and routers for it: the one place that makes them, so that all of them compare paths
 * as the load balancer does, letter by letter, and send the same headers. It has no routes.
 */
import express, { type Express, type Router } from "express";
import type { AllowedOrigins } from "../net/origins.ts";
import { crossOrigin } from "./cross-origin.ts";
import { securityHeaders } from "./security-headers.ts";

export interface AppOptions {
  /** As Express takes it. */
  readonly trustProxy: string;
  readonly origins: AllowedOrigins;
}

export function newApp({ trustProxy, origins }: AppOptions): Express {
  const app = express();
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.disable("x-powered-by");
  app.set("trust proxy", trustProxy);
  app.use(securityHeaders);
  app.use(crossOrigin(origins));
  return app;
}

export const newRouter = (): Router => express.Router({ caseSensitive: true, strict: true });
