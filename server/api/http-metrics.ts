/**
 * Counts and times the answers of an Express app. A request is counted by its route's template, which a caller cannot
 * choose; one that no route takes is counted by the mount path of its router. Owns no route.
 */

import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { SteadyClock } from "../../shared/clock.ts";

interface HttpAnswered {
  /** For example `/v1/tickets/:id`; without a route: `/v1/*`, or `/*`. */
  readonly route: string;
  readonly method: string;
  /** Undefined when the caller disconnected before the answer. */
  readonly status: number | undefined;
  /** Until the last byte was sent, or the caller was gone. */
  readonly seconds: number;
}

export interface HttpMetrics {
  answered(answered: HttpAnswered): void;
}

/** In the locals of an answer: the mount path of the last router that was asked. */
const mounted = "mountedAt";

/** Must be the first handler of an app. */
export function measuring(metrics: HttpMetrics, nowMs: SteadyClock): RequestHandler {
  return (request, response, next) => {
    const startedMs = nowMs();
    response.once("close", () => {
      const status = response.headersSent ? response.statusCode : undefined;
      const { method } = request;
      metrics.answered({
        route: routeOf(request, response),
        method,
        status,
        seconds: (nowMs() - startedMs) / 1000,
      });
    });
    next();
  };
}

/** Must be the first handler of a router: once a request has left the router, its mount path is unknown. */
export function rememberMount({ baseUrl }: Request, { locals }: Response, next: NextFunction): void {
  locals[mounted] = baseUrl;
  next();
}

function routeOf({ route }: Request, { locals }: Response): string {
  const at = typeof locals[mounted] === "string" ? locals[mounted] : "";
  const path = (route as { path?: unknown } | undefined)?.path;
  return at + (typeof path === "string" ? path : "/*");
}
