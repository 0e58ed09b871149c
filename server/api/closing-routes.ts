/** The last routes of every process: no such route, and what a route threw. An error ends its request, nothing else. */
import { randomUUID } from "node:crypto";
import type { Express, NextFunction, Request, Response } from "express";
import { type ErrorCode, errorEntry } from "../../shared/wire/errors.ts";
import { problem } from "./problem.ts";

/** As Express throws it; its own say by `status` whose mistake it was. */
type Thrown = Error & { status?: number; code?: unknown };

export type LogFailure = (message: string, details: object) => void;

/** Of an address in an answer or in a line of the log. */
const addressLengthMax = 200;

/** Logged where it is noticed first, not at every request that meets it. */
function isStoreTrouble(error: Thrown): error is Thrown & { code: ErrorCode } {
  return errorEntry(error.code)?.outside !== undefined;
}

/** An address that is not encoded as one. */
const isMistake = ({ status = 500 }: Thrown) => status >= 400 && status < 500;

const asked = ({ method, originalUrl }: Request) => `${method} ${originalUrl.slice(0, addressLengthMax)}`;

export function addClosingRoutes(app: Express, log: LogFailure): void {
  app.use((request, response) => problem(response, "request/not-found", asked(request)));
  app.use(thrownHandler(log));
}

/** Answers for what a route threw, with an id by which the log tells more. */
function thrownHandler(log: LogFailure) {
  return (error: Thrown, request: Request, response: Response, _next: NextFunction) => {
    if (!response.headersSent && isMistake(error)) return problem(response, "request/invalid", error.message);
    if (!response.headersSent && isStoreTrouble(error)) return problem(response, error.code, "");
    const failureId = randomUUID();
    log("a request failed", { failure: failureId, request: asked(request), error });
    // The half of an answer says nothing: the caller must see that it broke off.
    if (response.headersSent) return response.destroy();
    return problem(response, "server/failed", "the log of the server says why, by the id in `instance`", {
      failureId,
    });
  };
}
