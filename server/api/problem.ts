/** The answer to everything that is refused: application/problem+json (RFC 9457) with a code of errors.ts. */
import type { Response } from "express";
import type { Problem } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";

/** Seconds after which a refused caller may try again. */
const retryAfterSeconds = 1;

export interface ProblemExtras {
  /** When the same request may be sent again. */
  readonly retryAfterMs?: number;
  readonly ticketId?: string;
  /** For a failure: the id under which the log explains it. */
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
  // The SDK shows only this text, of its matchmaking and of `client.http`.
  const body = { type: explanationOf(code, asked), ...said, error: `${code}: ${said.detail}` };
  return response.status(status).type("application/problem+json").send(JSON.stringify(body));
}

function problemOf(
  code: ErrorCode,
  said: string,
  { ticketId, matchId, failureId }: ProblemExtras,
): Omit<Problem, "type"> {
  const detail = errorCodes[code].outside ?? said;
  return {
    ...{ title: errorCodes[code].advice, status: httpStatusOf(code), code, detail },
    ...(ticketId !== undefined && { ticketId }),
    ...(matchId !== undefined && { matchId }),
    ...(failureId !== undefined && { instance: `urn:uuid:${failureId}` }),
  };
}

/** More parts than any route has, so that the explanation's address stays short. */
const partsMax = 8;

/**
 * The explanation's address (description-routes.ts) relative to the request's, because a proxy may strip a path
 * prefix.
 */
function explanationOf(code: ErrorCode, asked: string): string {
  const parts = asked.split("?", 1)[0]!.split("/", partsMax + 2).length - 2;
  // A target without a "/", as in `OPTIONS *`, has no parts.
  return `${"../".repeat(Math.max(0, Math.min(parts, partsMax)))}docs/errors#${anchorOf(code)}`;
}

export const anchorOf = (code: ErrorCode): string => code.replace("/", "-");

/** A code without a status is not meant as an answer: the server failed. */
export const httpStatusOf = (code: ErrorCode): number => errorCodes[code].status ?? 500;
