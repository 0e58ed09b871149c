/**
 * What stands in front of Colyseus' own matchmaking routes, which count like all others; who the caller is, its
 * rooms check. Colyseus answers them before it asks Express for anything: see room/before-colyseus.ts.
 */
import express, { type Express } from "express";
import { thrownHandler } from "./closing-routes.ts";
import { limitedAddress } from "./limited-address.ts";
import { problem } from "./problem.ts";
import type { Admission } from "./serve-route.ts";

export interface MatchmakeDoorParts {
  readonly admission: Admission;
  /** As Express takes it. */
  readonly trustProxy: string;
  /** Resolves when the match may be asked for its seats again; left out: at once. */
  readonly ready?: (matchId: string) => Promise<unknown>;
  readonly log: (message: string, details: object) => void;
}

/** @returns what is called with each request to /matchmake */
export function matchmakeDoor({ admission, trustProxy, ready, log }: MatchmakeDoorParts): Express {
  const door = express();
  door.disable("x-powered-by");
  door.set("trust proxy", trustProxy);
  door.use("/matchmake", async (request, response, next) => {
    if (request.method === "OPTIONS") return next();
    const counted = await admission.takeOne("address", limitedAddress(request.ip));
    if (counted.ok) return next();
    // As Colyseus' own answers: a page of another origin must see why.
    response.setHeader("access-control-allow-origin", "*");
    return problem(response, counted.code, counted.detail, counted);
  });
  if (ready !== undefined)
    door.use("/matchmake/reconnect/:matchId", async (request, _response, next) => {
      await ready(request.params.matchId);
      next();
    });
  door.use(thrownHandler(log));
  return door;
}
