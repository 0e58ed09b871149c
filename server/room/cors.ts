/** Colyseus says to every page which headers it may send; ours are not among those that it knows. */
import { matchMaker } from "@colyseus/core";

/** Before it listens. */
export function allowOurHeaders(): void {
  const headers = matchMaker.controller.DEFAULT_CORS_HEADERS;
  const names = headers["Access-Control-Allow-Headers"].split(", ");
  Object.assign(headers, {
    "Access-Control-Allow-Headers": [...new Set([...names, "Idempotency-Key"])].join(", "),
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate",
  });
}
