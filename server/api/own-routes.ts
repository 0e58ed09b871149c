/**
 * HTTP routes that the owner of the server brings, in an Express app of their own: they come after the routes of this server, which
 * they cannot take away, and before its page. What they do not answer goes on. The rules for pages (security headers) are
 * this server's; their pages have their own.
 */
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";

export interface OwnRoutes {
  readonly express?: (app: Express) => unknown;
  /** Colyseus' routes; it calls `next` when none of them fits the request. */
  readonly route?: RequestHandler;
}

/** Headers that say how a page may be shown and what it may load. */
const pageHeaders = [
  ...["content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"],
  ...["cross-origin-embedder-policy", "origin-agent-cluster", "x-frame-options"],
];
/** In the locals of an answer. */
const kept = "pageHeaders";

/** @returns what adds them to an app. @throws what `express` throws */
export async function ownRoutes({ express: add, route }: OwnRoutes): Promise<(app: Express) => void> {
  if (add === undefined && route === undefined) return () => {};
  const theirs = express();
  theirs.disable("x-powered-by");
  if (route !== undefined) theirs.use(route);
  await add?.(theirs);
  return (app) => {
    app.use(takeAway, theirs, giveBack, giveBackAfterError);
  };
}

const takeAway: RequestHandler = (_request, response, next) => {
  response.locals[kept] = pageHeaders.map((name) => [name, response.getHeader(name)] as const);
  for (const name of pageHeaders) response.removeHeader(name);
  next();
};

const giveBack: RequestHandler = (_request, response, next) => {
  restore(response);
  next();
};

const giveBackAfterError: ErrorRequestHandler = (error, _request, response, next) => {
  restore(response);
  next(error);
};

function restore(response: Response): void {
  if (response.headersSent) return;
  for (const [name, value] of response.locals[kept]) if (value !== undefined) response.setHeader(name, value);
}
