/**
 * Requests between nodes and from the load balancer under /internal; never for outside callers. Nodes send the
 * fleet's secret. The load balancer's request needs none, because it only reveals an address.
 */

import { timingSafeEqual } from "node:crypto";
import type { Express, NextFunction, Request, Response } from "express";
import { z } from "zod";
import { words } from "../../shared/game/issues.ts";
import type { Joiner, JoinRequest } from "../../shared/wire/api.ts";
import {
  type BookingRequest,
  type BookingResponse,
  bookingRequest,
  forwardedJoin,
} from "../../shared/wire/booking.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { newRouter } from "./app.ts";
import { jsonBody } from "./json-body.ts";
import { nodeBodyBytesMax } from "./limits.ts";
import { problem } from "./problem.ts";
import type { ApiJoin } from "./v1/match-routes.ts";

export const secretHeader = "x-holdfast-secret";

const takeRequest = z.strictObject({ epoch: z.int().min(1) });

export type BookResult =
  | { ok: true; response: BookingResponse }
  | { ok: false; code: ErrorCode; detail: string };

export type TakeResult = { ok: true } | { ok: false; reason: string };

/** What a node with matches provides. */
export interface NodeParts {
  readonly secret: string;
  readonly join: (request: JoinRequest, joiner: Joiner) => Promise<ApiJoin>;
  /** Books seats for the players of a proposal, in a new match or a running one. */
  readonly book: (request: BookingRequest) => Promise<BookResult>;
  /** Takes over a match that its owner has stopped at `epoch`; resolves when its room is open. */
  readonly take: (id: string, epoch: number) => Promise<TakeResult>;
  /** Starts the drain; returns at once. */
  readonly drain: () => void;
}

export function addNodeRoutes(app: Express, parts: NodeParts): void {
  const internal = newRouter();
  internal.use((request, response, next) => checkSecret(parts.secret, request, response, next));
  internal.use(jsonBody({ bytesMax: nodeBodyBytesMax }));
  internal.post("/join", async (request, response) => {
    const parsed = forwardedJoin.safeParse(request.body);
    if (!parsed.success) return problem(response, "request/invalid", words(parsed.error.issues));
    return answer(response, await parts.join(parsed.data.request, parsed.data.joiner));
  });
  internal.post("/bookings", async (request, response) => {
    const parsed = bookingRequest.safeParse(request.body);
    if (!parsed.success) return problem(response, "request/invalid", words(parsed.error.issues));
    return answer(response, await parts.book(parsed.data));
  });
  internal.post("/matches/:id/take", async (request, response) => {
    const parsed = takeRequest.safeParse(request.body);
    if (!parsed.success) return problem(response, "request/invalid", words(parsed.error.issues));
    return response.json(await parts.take(request.params.id, parsed.data.epoch));
  });
  internal.post("/drain", (_request, response) => {
    parts.drain();
    response.status(202).json({ status: "draining" });
  });
  app.use("/internal", internal);
}

/** What a node that knows where every match is provides. */
export interface RouteParts {
  /**
   * host:port of the match's owner; waits a while for one that is not `avoid`.
   * @returns undefined when there is none yet, or too many calls wait
   */
  readonly ownerOf: (matchId: string, avoid: string | undefined) => Promise<string | undefined>;
}

/** For nginx' auth_request: 204 lets the connection through, to the address in the header. */
export function addBalancerRoutes(app: Express, parts: RouteParts): void {
  app.get("/internal/route", async (request, response) => {
    const uri = request.get("x-original-uri") ?? "";
    const matchId = uri.split("?", 1)[0]!.split("/").at(-1) ?? "";
    const avoid = request.get("x-avoid");
    const address = await parts.ownerOf(matchId, avoid === "" ? undefined : avoid);
    if (address === undefined)
      return problem(response, "match/unknown", `match "${matchId}" has no owner right now`);
    return response.status(204).setHeader("x-node-address", address).end();
  });
}

function answer(response: Response, result: ApiJoin | BookResult): Response {
  return result.ok ? response.json(result.response) : problem(response, result.code, result.detail);
}

function checkSecret(secret: string, request: Request, response: Response, next: NextFunction): void {
  const shown = Buffer.from(request.get(secretHeader) ?? "");
  const expected = Buffer.from(secret);
  if (shown.length === expected.length && timingSafeEqual(shown, expected)) next();
  else problem(response, "request/forbidden", "only nodes of this fleet");
}
