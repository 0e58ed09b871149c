/**
 * Counts and times the answers of an Express app. A path is counted by the template of its route, which an address
 * cannot choose: what no route takes is counted by where its router is mounted. Owns no route.
 */

import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { SteadyClock } from "../../shared/clock.ts";

interface HttpAnswered {
  /** As in `/v1/tickets/:id`; what no route took: `/v1/*`, or `/*`. */
  readonly route: string;
  readonly method: string;
  /** Undefined: the caller hung up before there was one. */
  readonly status: number | undefined;
  /** Until the last byte left, or nobody was there to take it. */
  readonly seconds: number;
}

export interface HttpMetrics {
  answered(answered: HttpAnswered): void;
}

/** In the locals of an answer: under which path the last router is mounted that was asked. */
const mounted = "mountedAt";

/** The first handler of an app. */
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

/** The first handler of a router: once a request has left it, where it was mounted is not known any more. */
export function rememberMount({ baseUrl }: Request, { locals }: Response, next: NextFunction): void {
  locals[mounted] = baseUrl;
  next();
}

function routeOf({ route }: Request, { locals }: Response): string {
  const at = typeof locals[mounted] === "string" ? locals[mounted] : "";
  const path = (route as { path?: unknown } | undefined)?.path;
  return at + (typeof path === "string" ? path : "/*");
}
