/**
 * The HTTP API as a client calls it: typed answers, problem+json as a typed error, bounded retries.
 * It retries only what may go away by itself (no connection, a server that is just starting); a "no" from
 * the server is final. A seat that was reserved by a lost answer runs out on the server by itself.
 */
import type { JoinResponse, MatchInfo, MatchList } from "../wire/api.ts";

const attemptsMaxDefault = 6;
const timeoutMsDefault = 5_000;
const pauseMsMax = 2_000;

/** What a player asks for; the server has defaults for the rest (wire/api.ts). */
export interface SeatRequest {
  readonly game: string;
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly spectate?: boolean;
  /** A certain match; without it any match of the game with a free seat, else a new one. */
  readonly matchId?: string;
}

/** Where the API is and how patiently to call it. The functions are arguments so that tests need no clock. */
export interface ApiAccess {
  /** Origin of the server, e.g. `http://localhost:2567`. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  readonly pause?: (ms: number) => Promise<void>;
  readonly attemptsMax?: number;
  /** Of one attempt. */
  readonly timeoutMs?: number;
}

/** The API said no, or could not be reached. `code` is one of shared/wire/errors.ts. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  constructor(problem: { code: string; status: number; message: string }, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
  }
}

/** A place in a match, to be taken within some seconds. @throws ApiError */
export async function reserveSeat(access: ApiAccess, request: SeatRequest): Promise<JoinResponse> {
  return (await call(access, "POST", "/v1/matches/join", request)) as JoinResponse;
}

/** The running matches. @throws ApiError */
export async function fetchMatches(access: ApiAccess): Promise<readonly MatchInfo[]> {
  const answer = (await call(access, "GET", "/v1/matches")) as MatchList;
  return answer.matches;
}

/** One match. @throws ApiError with status 404 when there is none of that id */
export async function fetchMatch(access: ApiAccess, id: string): Promise<MatchInfo> {
  return (await call(access, "GET", `/v1/matches/${encodeURIComponent(id)}`)) as MatchInfo;
}

async function call(access: ApiAccess, method: string, path: string, body?: unknown): Promise<unknown> {
  const attemptsMax = access.attemptsMax ?? attemptsMaxDefault;
  const pause = access.pause ?? ((ms: number) => new Promise<void>((resume) => setTimeout(resume, ms)));
  for (let attempt = 1; ; attempt += 1) {
    const result = await callOnce(access, method, path, body);
    if (!(result instanceof ApiError)) return result.value;
    if (attempt >= attemptsMax || !mayPass(result.status)) throw result;
    await pause(Math.min(pauseMsMax, 100 * 2 ** (attempt - 1)));
  }
}

/** No answer, or an answer that says "not now". */
function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

async function callOnce(
  access: ApiAccess,
  method: string,
  path: string,
  body: unknown,
): Promise<{ value: unknown } | ApiError> {
  const asked = `${method} ${path}`;
  let response: Response;
  let text: string;
  try {
    response = await (access.fetch ?? fetch)(new URL(path, access.url), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(access.timeoutMs ?? timeoutMsDefault),
    });
    text = await response.text();
  } catch (cause) {
    const message = `${asked} at ${access.url}: no answer from the server.`;
    return new ApiError({ code: "api/unreachable", status: 0, message }, { cause });
  }
  const answer = plainObject(text);
  if (response.ok && answer) return { value: answer };
  return problemIn(answer, response.status, asked);
}

function problemIn(answer: Record<string, unknown> | undefined, status: number, asked: string): ApiError {
  if (typeof answer?.code !== "string") {
    const message = `${asked}: status ${status} with a body that is not what the API describes.`;
    return new ApiError({ code: "api/unexpected-answer", status, message });
  }
  const message = [answer.title, answer.detail].filter((part) => typeof part === "string").join(": ");
  return new ApiError({ code: answer.code, status, message: message || `${asked}: ${answer.code}` });
}

function plainObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
