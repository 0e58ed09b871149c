/** The last routes of every process: no such route, and what a route threw. */
import type { Express, NextFunction, Request, Response } from "express";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { bodyBytesMax } from "./limits.ts";
import { problem } from "./problem.ts";

/** Logged where it is noticed first, not at every request that meets it. */
function isStoreTrouble(error: Error & { code?: unknown }): error is Error & { code: ErrorCode } {
  return error.code === "store/unavailable" || error.code === "store/full";
}

export function addClosingRoutes(app: Express, log: (message: string, details: object) => void): void {
  app.use((request, response) =>
    problem(response, "request/not-found", `${request.method} ${request.originalUrl}`),
  );
  app.use((error: Error & { type?: string }, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    if (error.type === "entity.too.large")
      return problem(response, "request/too-large", `at most ${bodyBytesMax}`);
    if (error.type?.startsWith("entity.") === true || error instanceof SyntaxError) {
      return problem(response, "request/invalid", error.message);
    }
    if (isStoreTrouble(error)) return problem(response, error.code, error.message);
    log("a request failed", { method: request.method, url: request.originalUrl, error });
    return problem(response, "server/failed", "the log of the server says why");
  });
}
