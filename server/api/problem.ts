/** How everything that is refused is answered: application/problem+json (RFC 9457) with a code of errors.ts. */
import type { Response } from "express";
import type { Problem } from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";

/** Seconds after which a refused caller may ask again. */
const retryAfterSeconds = 1;

const statusOf: Partial<Record<ErrorCode, number>> = {
  "request/invalid": 400,
  "request/too-large": 413,
  "request/not-found": 404,
  "request/forbidden": 403,
  "match/unknown": 404,
  "game/unknown": 404,
  "match/bad-options": 400,
  "seat/full": 409,
  "match/too-many": 503,
  "match/moving": 503,
  "node/full": 503,
  "fleet/no-room": 503,
  "store/unavailable": 503,
  "store/full": 503,
  "server/failed": 500,
};

export function problem(response: Response, code: ErrorCode, detail: string): Response {
  const status = statusOf[code] ?? 500;
  if (status === 503) response.setHeader("retry-after", retryAfterSeconds);
  const body: Problem = { type: "about:blank", title: errorCodes[code], status, code, detail };
  return response.status(status).type("application/problem+json").send(JSON.stringify(body));
}

/** What zod found, in words. */
export function words(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}
