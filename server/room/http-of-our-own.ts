/**
 * Colyseus answers HTTP by routes of its own: its matchmaking, a health check, a greeting, every OPTIONS. None of them
 * is used. Once Colyseus listens its listeners are there; all of them go, and ours is the only one.
 */
import type { Server as HttpServer, RequestListener } from "node:http";

/** No request can have come before: this runs in the same turn in which the port was opened. */
export function answerInstead(server: HttpServer, listener: RequestListener): void {
  server.removeAllListeners("request");
  server.on("request", listener);
}
