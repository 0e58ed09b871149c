/**
 * How many connections this process may have: as many as are configured, and no more than its limit of open files
 * allows after the store, the log and other nodes have theirs.
 */
import type { IncomingMessage } from "node:http";
import { clientAddresses } from "../api/client-address.ts";
import { allowedOrigins, isAllowedOrigin } from "../net/origins.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { openFiles, openFilesMax } from "../ops/resources.ts";
import { Connections, connectionsFor } from "../room/connections.ts";
import { limitedLines } from "../room/limited-lines.ts";
import type { Config } from "../settings/settings.ts";
import { StoreError } from "../store-error.ts";

export function connectionsOf(config: Config, metrics: Metrics, log: Log): Connections {
  const { connectionsMax, connectionsPerAddressMax: perAddressMax, trustProxy } = config;
  const files = { limit: openFilesMax(), open: openFiles() };
  const totalMax = connectionsFor(connectionsMax, files);
  // A little fewer is normal: 20,000 files for 20,000 connections.
  if (totalMax < connectionsMax / 2)
    log.warn({ connections: totalMax, openFilesMax: files.limit }, "fewer connections than configured fit");
  const addresses = clientAddresses(trustProxy);
  // A caller that reaches a room node without a public address is a balancer, whether it is configured as one or not.
  const direct = config.role !== "room" || config.publicAddress !== "none";
  const tell = limitedLines((message, details) => log.warn(details, message), {
    linesPerMinuteMax: 1,
    nowMs,
  });
  return new Connections({
    ...{ totalMax, perAddressMax },
    nameOf: (address) => (direct && !addresses.isBalancer(address) ? addresses.counted(address) : undefined),
    clientOf: (request) =>
      addresses.isBalancer(request.socket.remoteAddress ?? "") ? addresses.of(request) : undefined,
    onTurnedAway: (why) => {
      metrics.connections.turnedAway(why);
      tell("connections are turned away", { why, connections: totalMax });
    },
  });
}

/** What a process with matches needs for its clients' sockets. @throws StoreError `origin/invalid` */
export function socketParts(config: Config, metrics: Metrics, log: Log) {
  const origins = allowedOrigins(config.allowedOrigins);
  if (typeof origins === "string") throw new StoreError("origin/invalid", `--allowed-origins: ${origins}`);
  return {
    stateBytesMax: config.stateKibMax * 1024,
    mayConnect: ({ headers }: IncomingMessage) => {
      const { origin, host, "sec-fetch-site": site } = headers;
      const fetchSite = typeof site === "string" ? site : undefined;
      return origin === undefined || isAllowedOrigin(origins, { origin, host, fetchSite });
    },
    connections: connectionsOf(config, metrics, log),
  };
}
