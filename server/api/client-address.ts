/**
 * The real address of a connection's client: behind a trusted balancer, the one that the balancer reports. It is read
 * as Express reads it, so that one setting means the same for requests and WebSockets.
 */
import type { IncomingMessage } from "node:http";
import express from "express";
import { limitedAddress } from "./limited-address.ts";

export interface ClientAddresses {
  /** Whether connections from this address come from a balancer, which carries many clients. */
  readonly isBalancer: (address: string) => boolean;
  /**
   * The name under which a request's client is counted; undefined when only balancers are known, so it may be
   * anybody.
   */
  readonly of: (request: IncomingMessage) => string | undefined;
  /** The same for a connection without a request so far. */
  readonly counted: (address: string | undefined) => string;
}

/** @param trustProxy in the form that Express takes */
export function clientAddresses(trustProxy: string): ClientAddresses {
  const app = express();
  app.set("trust proxy", trustProxy);
  const trusts = app.get("trust proxy fn") as (address: string, hop: number) => boolean;
  return {
    isBalancer: (address) => trusts(address, 0),
    counted: limitedAddress,
    of: ({ socket, headers }) => {
      const said = headers["x-forwarded-for"];
      const hops = (Array.isArray(said) ? said.join(",") : (said ?? "")).split(",").reverse();
      let address = socket.remoteAddress;
      for (const [hop, next] of hops.entries()) {
        if (address === undefined || !trusts(address, hop)) break;
        if (next.trim() !== "") address = next.trim();
      }
      const isKnown = address !== undefined && !trusts(address, hops.length);
      return isKnown ? limitedAddress(address) : undefined;
    },
  };
}
