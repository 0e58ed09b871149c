/**
 * The last routes of every process: unknown routes, and errors thrown by routes. An error ends only its own request.
 */
import { randomUUID } from "node:crypto";
import type { Express, NextFunction, Request, Response } from "express";
import { type ErrorCode, errorEntry } from "../../shared/wire/errors.ts";
import { problem } from "./problem.ts";

/** An error as Express sees it. Express' own errors tell by `status` whose mistake it was. */
type Thrown = Error & { status?: number; code?: unknown };

export type LogFailure = (message: string, details: object) => void;

/** The length of an address in an answer or a log line. */
const addressLengthMax = 200;

/** Logged where it is first noticed, not at every affected request. */
function isStoreTrouble(error: Thrown): error is Thrown & { code: ErrorCode } {
  return errorEntry(error.code)?.outside !== undefined;
}

/** For example an address with an invalid encoding. */
const isMistake = ({ status = 500 }: Thrown) => status >= 400 && status < 500;

const asked = ({ method, originalUrl }: Request) => `${method} ${originalUrl.slice(0, addressLengthMax)}`;

export function addClosingRoutes(app: Express, log: LogFailure): void {
  app.use((request, response) => problem(response, "request/not-found", asked(request)));
  app.use(thrownHandler(log));
}

/** Answers errors thrown by routes, with an id under which the log has the details. */
function thrownHandler(log: LogFailure) {
  return (error: Thrown, request: Request, response: Response, _next: NextFunction) => {
    try {
      return answer(error, request, response);
    } catch (failure) {
      log("a failed request could not be answered", { request: asked(request), error, failure });
      return response.destroy();
    }
  };

  function answer(error: Thrown, request: Request, response: Response) {
    if (!response.headersSent && isMistake(error)) return problem(response, "request/invalid", error.message);
    if (!response.headersSent && isStoreTrouble(error)) return problem(response, error.code, "");
    const failureId = randomUUID();
    log("a request failed", { failure: failureId, request: asked(request), error });
    // The answer was already partly sent: the caller must see that it broke off.
    if (response.headersSent) return response.destroy();
    return problem(response, "server/failed", "the server's log says why, under the id in `instance`", {
      failureId,
    });
  }
}
