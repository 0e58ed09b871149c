/**
 * Colyseus serves HTTP routes of its own: matchmaking, a health check, a greeting, every OPTIONS. None is used. Its
 * listeners exist once it listens; all of them are removed, and ours is the only one.
 */
import type { Server as HttpServer, RequestListener } from "node:http";

/** No request can have arrived before: this runs in the same turn of the event loop that opened the port. */
export function answerInstead(server: HttpServer, listener: RequestListener): void {
  server.removeAllListeners("request");
  server.on("request", listener);
}
