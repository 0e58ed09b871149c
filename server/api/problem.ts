/** How everything that is refused is answered: application/problem+json (RFC 9457) with a code of errors.ts. */
import type { Response } from "express";
import type { Problem } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";

/** Seconds after which a refused caller may ask again. */
const retryAfterSeconds = 1;

const statusOf: Partial<Record<ErrorCode, number>> = {
  "request/invalid": 400,
  "request/too-large": 413,
  "request/too-slow": 408,
  "request/not-found": 404,
  "request/forbidden": 403,
  "request/origin": 403,
  "match/unknown": 404,
  "game/unknown": 404,
  "match/bad-options": 400,
  "seat/full": 409,
  "seat/spectators-full": 409,
  "seat/already-yours": 409,
  "match/too-many": 503,
  "match/too-many-yours": 429,
  "match/moving": 503,
  "node/full": 503,
  "fleet/no-room": 503,
  "store/unavailable": 503,
  "store/full": 503,
  "store/contended": 503,
  "request/too-many-wait": 503,
  "rate/limited": 429,
  "match/booked": 403,
  "match/over": 409,
  "join/invalid": 400,
  "seat/gone": 410,
  "match/called-off": 409,
  "seat/busy": 503,
  "session/missing": 401,
  "session/invalid": 401,
  "session/expired": 401,
  "session/revoked": 401,
  "session/reused": 401,
  "session/sign-outs-full": 503,
  "session/bans-full": 503,
  "session/unchecked": 503,
  "session/banned": 403,
  "session/identity-refused": 401,
  "session/identity-unavailable": 503,
  "queue/unknown": 404,
  "queue/full": 503,
  "ticket/refused": 422,
  "ticket/already-waiting": 409,
  "ticket/in-match": 409,
  "ticket/too-many": 429,
  "ticket/idempotency-conflict": 422,
  "ticket/unknown": 404,
  "ticket/not-cancellable": 409,
  "party/unknown": 404,
  "party/wrong-invite": 404,
  "party/full": 409,
  "party/queued": 409,
  "party/changed": 409,
  "party/not-leader": 403,
  "party/not-ready": 409,
  "server/failed": 500,
};

/** What is said of a failing store: its own words, which name where it is, are for the log. */
const storeDetails: Partial<Record<ErrorCode, string>> = {
  "store/unavailable": "the store of this server does not answer; ask again",
  "store/full": "the store of this server has no room; ask again",
  "store/contended": "too many changed the same at once; ask again",
};

export interface ProblemExtras {
  /** When the same may be asked again. */
  readonly retryAfterMs?: number;
  readonly ticketId?: string;
  /** Of a failure: by it the log says what happened. */
  readonly failureId?: string;
  readonly matchId?: string;
}

export function problem(
  response: Response,
  code: ErrorCode,
  detail: string,
  extras: ProblemExtras = {},
): Response {
  const status = httpStatusOf(code);
  const { retryAfterMs } = extras;
  const seconds = retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000));
  if (status === 503 || status === 429) response.setHeader("retry-after", seconds ?? retryAfterSeconds);
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  const asked = response.req.originalUrl;
  const said = problemOf(code, detail, extras);
  // The SDK shows this text and no other.
  const forSdk = isForSdk(asked) && { error: `${code}: ${said.detail}` };
  const body = { type: explanationOf(code, asked), ...said, ...forSdk };
  return response.status(status).type("application/problem+json").send(JSON.stringify(body));
}

const isForSdk = (asked: string) => asked.startsWith("/matchmake/");

function problemOf(
  code: ErrorCode,
  said: string,
  { ticketId, matchId, failureId }: ProblemExtras,
): Omit<Problem, "type"> {
  const detail = storeDetails[code] ?? said;
  return {
    ...{ title: errorCodes[code], status: httpStatusOf(code), code, detail },
    ...(ticketId !== undefined && { ticketId }),
    ...(matchId !== undefined && { matchId }),
    ...(failureId !== undefined && { instance: `urn:uuid:${failureId}` }),
  };
}

/** More parts than any route has: the address of the explanation is not longer than one may think. */
const partsMax = 8;

/** Where the page of description-routes.ts explains it, relative to what was asked: a proxy may strip a path in front. */
function explanationOf(code: ErrorCode, asked: string): string {
  const parts = asked.split("?", 1)[0]!.split("/", partsMax + 2).length - 2;
  return `${"../".repeat(Math.min(parts, partsMax))}docs/errors#${anchorOf(code)}`;
}

export const anchorOf = (code: ErrorCode): string => code.replace("/", "-");

export const httpStatusOf = (code: ErrorCode): number => statusOf[code] ?? 500;

/** What zod found, in words. @param part of the request, for what is wrong as a whole */
export function words(
  issues: readonly { path: PropertyKey[]; message: string }[],
  part: "params" | "query" | "body" = "body",
): string {
  return issues.map(({ path, message }) => `${path.join(".") || part}: ${message}`).join("; ");
}
