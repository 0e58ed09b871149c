/**
 * What pages of other origins may do (CORS): allowed pages can read the answers. Other pages only get answers to
 * requests that any link can make, and cannot read them. No claim of a page about itself is trusted.
 */
import type { RequestHandler, Response } from "express";
import { type AllowedOrigins, isAllowedOrigin } from "../net/origins.ts";
import { problem } from "./problem.ts";

const allowed = {
  "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE",
  "access-control-allow-headers": "Accept, Authorization, Content-Type, Idempotency-Key, X-Requested-With",
  // Seconds; browsers remember it for less.
  "access-control-max-age": "86400",
};
const readable = "Retry-After, WWW-Authenticate";
/** Methods that a browser sends for a page without a preflight. */
const harmless: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export function crossOrigin(origins: AllowedOrigins): RequestHandler {
  return (request, response, next) => {
    response.vary("Origin");
    const origin = request.get("origin");
    const isPreflight =
      request.method === "OPTIONS" && request.get("access-control-request-method") !== undefined;
    if (origin === undefined) return next();
    const page = { origin, host: request.get("host"), fetchSite: request.get("sec-fetch-site") };
    if (!isAllowedOrigin(origins, page)) {
      if (harmless.has(request.method)) return next();
      return void problem(
        response,
        "request/origin",
        `origin ${origin.slice(0, 200)}: see --allowed-origins`,
      );
    }
    letRead(response, origin, origins);
    if (!isPreflight) return next();
    return void response.set(allowed).status(204).end();
  };
}

/**
 * The SDK sends requests in the mode "include", for which a browser requires the page's own origin and permission for
 * credentials. Only a page in the list gets both; this server uses no cookies.
 */
function letRead(response: Response, origin: string, { any, listed }: AllowedOrigins): void {
  const isListed = listed.has(origin);
  response.set("access-control-allow-origin", any && !isListed ? "*" : origin);
  if (isListed) response.set("access-control-allow-credentials", "true");
  response.set("access-control-expose-headers", readable);
}
