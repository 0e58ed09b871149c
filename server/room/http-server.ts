/**
 * The HTTP server under a transport, with its time limits: a caller has a few seconds to send a request, and a caller
 * that does not read the answer is cut off. WebSockets have their own limits; Node's end at the upgrade.
 */
import { createServer, type Server } from "node:http";
import type { Connections } from "./connections.ts";

const limits = {
  headersTimeout: 8_000,
  /** For headers and body. */
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
} as const;
/** Time without a byte in either direction. A long poll is silent for 30 s. */
const silentMsMax = 120_000;

/** A server whose connections `connections` counts. */
export function watchedServer(connections: Connections): Server {
  const server = createServer({
    ...limits,
    // Some HTTP clients offer HTTP/2 in an upgrade header: such a request is treated like any other.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  });
  server.setTimeout(silentMsMax);
  connections.watch(server);
  return server;
}
