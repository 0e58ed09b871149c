/**
 * The HTTP server under a transport, with its time limits: a caller has some seconds to say what it wants, and who
 * reads no answer is not waited for. WebSockets have limits of their own; Node's end with the upgrade.
 */
import { createServer, type Server } from "node:http";
import type { Connections } from "./connections.ts";

const limits = {
  headersTimeout: 8_000,
  /** Headers and body. */
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
} as const;
/** Without a byte in either direction. A long poll is silent for 30 s. */
const silentMsMax = 120_000;

/** With `connections` counting what comes to it. */
export function watchedServer(connections: Connections): Server {
  const server = createServer({
    ...limits,
    // Some clients of HTTP ask every server whether it speaks HTTP/2: that is a request like any other.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  });
  server.setTimeout(silentMsMax);
  connections.watch(server);
  return server;
}
