/**
 * From which address a connection comes in truth: of the balancers that are trusted, the one that they say. Read as
 * Express reads it, so that one setting means the same for requests and for WebSockets.
 */
import type { IncomingMessage } from "node:http";
import express from "express";
import { limitedAddress } from "./limited-address.ts";

export interface ClientAddresses {
  /** Whether connections of this address are a balancer's, which brings those of many. */
  readonly isBalancer: (address: string) => boolean;
  /** Under which name the client of a request is counted; undefined: only balancers were named, and it may be anybody. */
  readonly of: (request: IncomingMessage) => string | undefined;
  /** The same of a connection that has not asked for anything yet. */
  readonly counted: (address: string | undefined) => string;
}

/** @param trustProxy as Express takes it */
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
