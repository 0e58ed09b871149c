/** How everything that is refused is answered: application/problem+json (RFC 9457) with a code of errors.ts. */
import type { Response } from "express";
import type { Problem } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";

/** Seconds after which a refused caller may ask again. */
const retryAfterSeconds = 1;

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
  const detail = errorCodes[code].outside ?? said;
  return {
    ...{ title: errorCodes[code].advice, status: httpStatusOf(code), code, detail },
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

/** What has no status of its own is no answer that was meant: the server failed. */
export const httpStatusOf = (code: ErrorCode): number => errorCodes[code].status ?? 500;

/** What zod found, in words. @param part of the request, for what is wrong as a whole */
export function words(
  issues: readonly { path: PropertyKey[]; message: string }[],
  part: "params" | "query" | "body" = "body",
): string {
  return issues.map(({ path, message }) => `${path.join(".") || part}: ${message}`).join("; ");
}
