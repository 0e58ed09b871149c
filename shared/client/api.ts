/**
 * The HTTP API as a client calls it: typed answers, problem+json as a typed error, bounded retries, one or
 * several origins. It retries only what may pass by itself (no connection, a server that is starting or full);
 * a refusal by the server is final. When an answer is lost, the seat that it reserved expires on the server.
 */
import type { JoinResponse, MatchInfo } from "../wire/api.ts";
import { errorEntry } from "../wire/errors.ts";
import type { GameInfo } from "../wire/games.ts";
import type { AnswerOf, BodyOf, routes } from "../wire/routes.ts";
import { routeAddress } from "./server-address.ts";

const attemptsMaxDefault = 6;
const timeoutMsDefault = 5_000;
const pauseMsMax = 2_000;
/** The longest Retry-After that is obeyed; beyond it the request is sent earlier, because a player is waiting. */
const retryAfterMsMax = 5_000;
/** Clients that were told the same wait come back spread over this share of it in addition. */
const retryAfterSpread = 0.25;

/** What a player asks for; the server has defaults for the rest (wire/api.ts). */
export interface SeatRequest {
  readonly game: string;
  /** Default: the name in the session. */
  readonly name?: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly spectate?: boolean;
  /** Asks for this match; without it, for any match of the game with a free seat, else for a new one. */
  readonly matchId?: string;
}

/** Where the API is and how patiently to call it. The functions are arguments so that tests need no clock. */
export interface ApiAccess {
  /** Address of the server, e.g. `https://host/game`. With several, the next is asked when one does not answer. */
  readonly url: string | readonly string[];
  readonly fetch?: typeof fetch;
  readonly pause?: (ms: number) => Promise<void>;
  /** From 0 to 1; default `Math.random`. */
  readonly chance?: () => number;
  /** Token of a session, sent to the routes that need one. */
  readonly token?: string;
  /** Called before every request for the session's current token; use it instead of `token`, which may expire. */
  readonly freshToken?: () => Promise<string>;
  /** Limit of attempts at each origin. */
  readonly attemptsMax?: number;
  /** Limit of one attempt. */
  readonly timeoutMs?: number;
}

/** The origin that answered. Addresses in the answer are valid there, and the next request is best sent to it. */
export interface Answered {
  readonly origin: string;
}

/** The API refused, or could not be reached. `code` is one of shared/wire/errors.ts. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** How long the server asked the caller to wait. */
  readonly retryAfterMs: number | undefined;
  /** With `ticket/already-waiting`: the ticket that waits. */
  readonly ticketId: string | undefined;
  /** With `ticket/in-match`: the match to go back to. */
  readonly matchId: string | undefined;
  constructor(
    problem: {
      code: string;
      status: number;
      message: string;
      retryAfterMs?: number | undefined;
      ticketId?: string | undefined;
      matchId?: string | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.retryAfterMs = problem.retryAfterMs;
    this.ticketId = problem.ticketId;
    this.matchId = problem.matchId;
  }
}

export function originsOf(url: string | readonly string[]): readonly string[] {
  return typeof url === "string" ? [url] : url;
}

/** The same origins, with this one to be asked first. */
export function withFirst(origins: readonly string[], first: string): readonly string[] {
  return [first, ...origins.filter((origin) => origin !== first)];
}

/** A place in a match, to be taken within some seconds. @throws ApiError */
export function reserveSeat(access: ApiAccess, request: SeatRequest): Promise<JoinResponse & Answered> {
  return ask(access, "joinMatch", { body: request });
}

/** The games of the server, as they declare themselves. @throws ApiError */
export async function fetchGames(access: ApiAccess): Promise<readonly GameInfo[]> {
  return (await ask(access, "listGames", {})).games;
}

/** The running matches. @throws ApiError */
export async function fetchMatches(access: ApiAccess): Promise<readonly MatchInfo[]> {
  return (await ask(access, "listMatches", {})).matches;
}

/**
 * One match. @throws ApiError `match/unknown` when none of that id is running
 * @param query see wire/routes.ts
 */
export function fetchMatch(
  access: ApiAccess,
  id: string,
  query: { readonly afterEpoch?: number } = {},
  signal?: AbortSignal,
): Promise<MatchInfo & Answered> {
  return ask(access, "readMatch", { params: { id }, query, ...(signal !== undefined && { signal }) });
}

type Routes = typeof routes;
export type RouteName = keyof Routes;

/** A copy of wire/routes.ts, so that a client need not load that file; the compiler compares the two. */
const lines: {
  readonly [Name in RouteName]: `${Uppercase<Routes[Name]["method"]>} ${Routes[Name]["path"]}`;
} = {
  beginSession: "POST /v1/sessions",
  readSession: "GET /v1/session",
  refreshSession: "POST /v1/sessions/refresh",
  endSession: "DELETE /v1/session",
  listGames: "GET /v1/games",
  listMatches: "GET /v1/matches",
  readMatch: "GET /v1/matches/:id",
  joinMatch: "POST /v1/matches/join",
  listQueues: "GET /v1/queues",
  createTicket: "POST /v1/tickets",
  readTicket: "GET /v1/tickets/:id",
  followTicket: "GET /v1/tickets/:id/events",
  cancelTicket: "DELETE /v1/tickets/:id",
  createParty: "POST /v1/parties",
  joinParty: "POST /v1/parties/join",
  readParty: "GET /v1/parties/:id",
  readyParty: "PUT /v1/parties/:id/ready",
  leaveParty: "DELETE /v1/parties/:id/membership",
  readPlayer: "GET /v1/players/:id",
  readLeaderboard: "GET /v1/leaderboards/:queue",
};

export interface Given<Name extends RouteName> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: BodyOf<Routes[Name]>;
  readonly idempotencyKey?: string;
  /** Aborts the wait for an answer. */
  readonly signal?: AbortSignal;
}

/** Calls one route of the API. @throws ApiError */
export async function ask<Name extends RouteName>(
  access: ApiAccess,
  name: Name,
  given: Given<Name>,
): Promise<AnswerOf<Routes[Name]> & Answered> {
  const [method, pattern] = lines[name].split(" ") as [string, string];
  const path = pattern.replaceAll(/:(\w+)/g, (_, field) => encodeURIComponent(given.params?.[field] ?? ""));
  const query = new URLSearchParams(
    Object.entries(given.query ?? {}).map(([key, value]) => [key, String(value)]),
  ).toString();
  const token = access.freshToken === undefined ? access.token : await access.freshToken();
  const { value, origin } = await call(access, {
    ...{ method, path: query === "" ? path : `${path}?${query}` },
    ...(given.body !== undefined && { body: given.body }),
    ...(given.signal !== undefined && { signal: given.signal }),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(given.idempotencyKey !== undefined && { "idempotency-key": given.idempotencyKey }),
    },
  });
  return { ...(value as AnswerOf<Routes[Name]>), origin };
}

interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

type AnsweredObject = Answered & { readonly value: Readonly<Record<string, unknown>> };

async function call(access: ApiAccess, question: ApiRequest): Promise<AnsweredObject> {
  const origins = originsOf(access.url);
  const triesMax = (access.attemptsMax ?? attemptsMaxDefault) * origins.length;
  const pause = access.pause ?? ((ms: number) => new Promise<void>((resume) => setTimeout(resume, ms)));
  for (let tries = 1; ; tries += 1) {
    const origin = origins[(tries - 1) % origins.length]!;
    const answer = await askOnce(access, origin, question);
    if (!(answer instanceof ApiError)) return answer;
    if (tries >= triesMax || !mayPass(answer) || question.signal?.aborted) throw answer;
    const pauseMs = pauseMsAfter(answer, tries / origins.length, access.chance ?? Math.random);
    if (pauseMs > 0) await pause(pauseMs);
  }
}

/** @param rounds how often every origin was asked; a fraction when some are still left in this round */
function pauseMsAfter(error: ApiError, rounds: number, chance: () => number): number {
  if (error.retryAfterMs !== undefined) {
    return Math.min(retryAfterMsMax, error.retryAfterMs) * (1 + retryAfterSpread * chance());
  }
  if (!Number.isInteger(rounds)) return 0;
  return Math.min(pauseMsMax, 100 * 2 ** (rounds - 1));
}

/** Only a proxy answers with these: whatever the body is, the server was not reached. */
const gatewayStatuses: ReadonlySet<number> = new Set([502, 504]);
/** Statuses that mean "try again" in an answer without an error code of Holdfast. */
const passingStatuses: ReadonlySet<number> = new Set([429, 503]);

/** No answer, or an answer that says "not now". */
export function mayPass({ code, status }: ApiError): boolean {
  if (gatewayStatuses.has(status)) return true;
  const entry = code === "api/unexpected-answer" ? undefined : errorEntry(code);
  return entry?.retry ?? passingStatuses.has(status);
}

async function askOnce(
  access: ApiAccess,
  origin: string,
  question: ApiRequest,
): Promise<AnsweredObject | ApiError> {
  const { method, path, body, headers, signal } = question;
  const asked = `${method} ${path}`;
  let response: Response;
  let text: string;
  try {
    const tooLong = AbortSignal.timeout(access.timeoutMs ?? timeoutMsDefault);
    response = await (access.fetch ?? fetch)(routeAddress(origin, path), {
      method,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? tooLong : AbortSignal.any([tooLong, signal]),
    });
    text = await response.text();
  } catch (cause) {
    const message = `${asked} at ${origin}: no answer from the server.`;
    return new ApiError({ code: "api/unreachable", status: 0, message }, { cause });
  }
  const value = response.status === 204 ? {} : plainObject(text);
  if (response.ok && value) return { value, origin };
  return problemIn(value, response, asked);
}

function problemIn(
  answer: Record<string, unknown> | undefined,
  { status, headers }: Response,
  asked: string,
): ApiError {
  const retryAfterMs = retryAfterMsIn(headers.get("retry-after"));
  if (typeof answer?.code !== "string") {
    const message = `${asked}: status ${status} with a body that is not what the API describes.`;
    return new ApiError({ code: "api/unexpected-answer", status, message, retryAfterMs });
  }
  const message = [answer.title, answer.detail].filter((part) => typeof part === "string").join(": ");
  const { code } = answer;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const extras = { retryAfterMs, ticketId: text(answer.ticketId), matchId: text(answer.matchId) };
  return new ApiError({ code, status, message: message || `${asked}: ${code}`, ...extras });
}

/** Seconds only: the other form, a date, would need both clocks to agree. */
function retryAfterMsIn(header: string | null): number | undefined {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined;
}

function plainObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
