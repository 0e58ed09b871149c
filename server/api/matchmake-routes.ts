/**
 * /matchmake, for clients that have only the Colyseus SDK. Colyseus' own HTTP routes are not used: requests of the
 * SDK are fully checked here, and only allowed ones reach Colyseus' matchmaker.
 */

import type { Express, Request, Response } from "express";
import { words } from "../../shared/game/issues.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { type MatchmakeRequest, matchmakeRequests } from "../../shared/wire/matchmake.ts";
import { newRouter } from "./app.ts";
import { jsonBody } from "./json-body.ts";
import { limitedAddress } from "./limited-address.ts";
import { problem } from "./problem.ts";
import type { Admission } from "./serve-route.ts";

export type Matchmade = { readonly ok: true; readonly reservation: SeatReservation } | NotReady;

/** A request for a room that is no match: its options are the room's own, and only their size and depth are checked. */
interface RoomRequest {
  readonly method: MatchmakeRequest["method"];
  /** The name of a kind of rooms, or the id of a room. */
  readonly target: string;
  readonly options: object;
  readonly token: string | undefined;
  readonly headers: Headers;
  readonly address: string | undefined;
}

/** Colyseus' own matchmaking, of rooms that are no matches. */
export interface RoomRequests {
  readonly isFor: (request: Pick<RoomRequest, "method" | "target">) => Promise<boolean>;
  readonly matchmake: (
    request: RoomRequest,
  ) => Promise<{ ok: true; reservation: object } | { ok: false; status: number; error: string }>;
}

interface NotReady {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
}

export interface MatchmakeParts {
  readonly admission: Pick<Admission, "takeOne">;
  readonly games: readonly { readonly name: string }[];
  readonly matchmake: (request: MatchmakeRequest) => Promise<Matchmade>;
  /** Left out: all rooms are matches. */
  readonly rooms?: RoomRequests;
  /** Resolves when the seat of this token may be asked for again, or with why it may not. Left out: at once. */
  readonly ready?: (matchId: string, token: string) => Promise<NotReady | undefined>;
}

export function addMatchmakeRoutes(app: Express, parts: MatchmakeParts): void {
  const router = newRouter();
  router.use(async (request, response, next) => {
    const counted = await parts.admission.takeOne("address", limitedAddress(request.ip));
    if (counted.ok) return next();
    return problem(response, counted.code, counted.detail, counted);
  });
  router.post("/:method/:target", jsonBody(), async (request, response) => {
    if (parts.rooms !== undefined && (await answeredByRoom(request, response, parts.rooms))) return response;
    const checked = checkedRequest(request, parts);
    if (!checked.ok) return problem(response, checked.code, checked.detail);
    const { value } = checked;
    const notReady =
      value.method === "reconnect"
        ? await parts.ready?.(value.matchId, value.options.reconnectionToken)
        : undefined;
    if (notReady !== undefined) return problem(response, notReady.code, notReady.detail);
    const made = await parts.matchmake(value);
    if (!made.ok) return problem(response, made.code, made.detail);
    return response.json(made.reservation);
  });
  app.use("/matchmake", router);
}

/** @returns false when it is for a match, or for nothing that is known */
async function answeredByRoom(request: Request, response: Response, rooms: RoomRequests): Promise<boolean> {
  const { method, target } = request.params as { method: string; target: string };
  if (!isMethod(method) || !(await rooms.isFor({ method, target }))) return false;
  const { body = {} } = request;
  if (typeof body !== "object" || body === null) {
    problem(response, "request/invalid", "options: an object");
    return true;
  }
  const made = await rooms.matchmake({
    ...{ method, target, options: body, token: tokenOf(request), address: request.ip },
    headers: headersOf(request),
  });
  if (made.ok) response.json(made.reservation);
  // In Colyseus' own form: users of its SDK know these numbers.
  else response.status(made.status).json({ code: made.status, error: made.error });
  return true;
}

function headersOf({ headers }: Request): Headers {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new Headers(given);
}

type Checked =
  | { readonly ok: true; readonly value: MatchmakeRequest }
  | { readonly ok: false; readonly code: ErrorCode; readonly detail: string };

const methods = Object.keys(matchmakeRequests).join(", ");

function checkedRequest(request: Request, { games }: MatchmakeParts): Checked {
  const { method, target } = request.params as { method: string; target: string };
  if (!isMethod(method)) return invalid(`method: one of ${methods}`);
  const shape = matchmakeRequests[method];
  const named = "game" in shape.shape ? { game: target } : { matchId: target };
  const parsed = shape.safeParse({ ...named, options: request.body });
  if (!parsed.success) return invalid(words(parsed.error.issues));
  if ("game" in parsed.data && !isGame(parsed.data.game, games))
    return { ok: false, code: "game/unknown", detail: `no game "${parsed.data.game}" here` };
  return {
    ok: true,
    value: {
      method,
      token: tokenOf(request),
      address: limitedAddress(request.ip),
      ...parsed.data,
    } as MatchmakeRequest,
  };
}

const isGame = (asked: string, games: MatchmakeParts["games"]) => games.some(({ name }) => name === asked);

const invalid = (detail: string): Checked => ({ ok: false, code: "request/invalid", detail });

function isMethod(text: string): text is keyof typeof matchmakeRequests {
  return Object.hasOwn(matchmakeRequests, text);
}

function tokenOf(request: Request): string | undefined {
  return /^bearer ([\w.~+/=-]+)$/i.exec(request.get("authorization") ?? "")?.[1];
}
