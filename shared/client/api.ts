/**
 * The HTTP API as a client calls it: typed answers, problem+json as a typed error, bounded retries, any of
 * several origins. It retries only what may go away by itself (no connection, a server that is starting or
 * full); a "no" from the server is final. A seat reserved by a lost answer runs out on the server by itself.
 */
import type { JoinResponse, MatchInfo, MatchList } from "../wire/api.ts";

const attemptsMaxDefault = 6;
const timeoutMsDefault = 5_000;
const pauseMsMax = 2_000;
/** A server that asks for more than this is asked again earlier: somebody waits in front of a screen. */
const retryAfterMsMax = 5_000;
/** Who was told the same second comes back spread over this part more of it. */
const retryAfterSpread = 0.25;

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
  /** Origin of the server, e.g. `http://localhost:2567`; of several, the next is asked when one does not answer. */
  readonly url: string | readonly string[];
  readonly fetch?: typeof fetch;
  readonly pause?: (ms: number) => Promise<void>;
  /** From 0 to 1; default `Math.random`. */
  readonly chance?: () => number;
  /** At each origin. */
  readonly attemptsMax?: number;
  /** Of one attempt. */
  readonly timeoutMs?: number;
}

/** Who answered: what the answer says of addresses holds there, and the next question is best asked there. */
export interface Answered {
  readonly origin: string;
}

/** The API said no, or could not be reached. `code` is one of shared/wire/errors.ts. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What the server asked the caller to wait. */
  readonly retryAfterMs: number | undefined;
  constructor(
    problem: { code: string; status: number; message: string; retryAfterMs?: number | undefined },
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
    this.name = "ApiError";
    this.code = problem.code;
    this.status = problem.status;
    this.retryAfterMs = problem.retryAfterMs;
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
export async function reserveSeat(access: ApiAccess, request: SeatRequest): Promise<JoinResponse & Answered> {
  const { value, origin } = await call(access, { method: "POST", path: "/v1/matches/join", body: request });
  return { ...(value as unknown as JoinResponse), origin };
}

/** The running matches. @throws ApiError */
export async function fetchMatches(access: ApiAccess): Promise<readonly MatchInfo[]> {
  const { value } = await call(access, { method: "GET", path: "/v1/matches" });
  return (value as unknown as MatchList).matches;
}

/** One match. @throws ApiError `match/unknown` when none of that id is running */
export async function fetchMatch(access: ApiAccess, id: string): Promise<MatchInfo & Answered> {
  const path = `/v1/matches/${encodeURIComponent(id)}`;
  const { value, origin } = await call(access, { method: "GET", path });
  return { ...(value as unknown as MatchInfo), origin };
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

type Answer = Answered & { readonly value: Readonly<Record<string, unknown>> };

async function call(access: ApiAccess, question: Question): Promise<Answer> {
  const origins = originsOf(access.url);
  const triesMax = (access.attemptsMax ?? attemptsMaxDefault) * origins.length;
  const pause = access.pause ?? ((ms: number) => new Promise<void>((resume) => setTimeout(resume, ms)));
  for (let tries = 1; ; tries += 1) {
    const origin = origins[(tries - 1) % origins.length]!;
    const answer = await askOnce(access, origin, question);
    if (!(answer instanceof ApiError)) return answer;
    if (tries >= triesMax || !mayPass(answer.status)) throw answer;
    const pauseMs = pauseMsAfter(answer, tries / origins.length, access.chance ?? Math.random);
    if (pauseMs > 0) await pause(pauseMs);
  }
}

/** @param rounds how often every origin was asked; a part of one when there are others left to ask */
function pauseMsAfter(error: ApiError, rounds: number, chance: () => number): number {
  if (error.retryAfterMs !== undefined) {
    return Math.min(retryAfterMsMax, error.retryAfterMs) * (1 + retryAfterSpread * chance());
  }
  if (!Number.isInteger(rounds)) return 0;
  return Math.min(pauseMsMax, 100 * 2 ** (rounds - 1));
}

/** No answer, or an answer that says "not now". */
function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
}

async function askOnce(access: ApiAccess, origin: string, question: Question): Promise<Answer | ApiError> {
  const { method, path, body } = question;
  const asked = `${method} ${path}`;
  let response: Response;
  let text: string;
  try {
    response = await (access.fetch ?? fetch)(new URL(path, origin), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(access.timeoutMs ?? timeoutMsDefault),
    });
    text = await response.text();
  } catch (cause) {
    const message = `${asked} at ${origin}: no answer from the server.`;
    return new ApiError({ code: "api/unreachable", status: 0, message }, { cause });
  }
  const value = plainObject(text);
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
  return new ApiError({ code, status, message: message || `${asked}: ${code}`, retryAfterMs });
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
