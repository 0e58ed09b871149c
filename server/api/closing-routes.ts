/** The last routes of every process: no such route, and what a route threw. */
import type { Express, NextFunction, Request, Response } from "express";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { bodyBytesMax } from "./limits.ts";
import { problem } from "./problem.ts";

/** As Express and its parsers throw it; theirs say by `status` whose mistake it was. */
type Thrown = Error & { type?: string; status?: number; code?: unknown };

const storeTrouble: ReadonlySet<unknown> = new Set(["store/unavailable", "store/full", "store/contended"]);

/** Logged where it is noticed first, not at every request that meets it. */
function isStoreTrouble(error: Thrown): error is Thrown & { code: ErrorCode } {
  return storeTrouble.has(error.code);
}

/** A body that cannot be read, an address that is not encoded as one. */
const isMistake = ({ status = 500 }: Thrown) => status >= 400 && status < 500;

export function addClosingRoutes(app: Express, log: (message: string, details: object) => void): void {
  app.use((request, response) =>
    problem(response, "request/not-found", `${request.method} ${request.originalUrl}`),
  );
  app.use(thrownHandler(log));
}

/** Answers for what a route threw. */
export function thrownHandler(log: (message: string, details: object) => void) {
  return (error: Thrown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (error.type === "entity.too.large")
      return problem(response, "request/too-large", `at most ${bodyBytesMax}`);
    if (isMistake(error)) return problem(response, "request/invalid", error.message);
    if (isStoreTrouble(error)) return problem(response, error.code, error.message);
    log("a request failed", { method: request.method, url: request.originalUrl, error });
    return problem(response, "server/failed", "the log of the server says why");
  };
}
