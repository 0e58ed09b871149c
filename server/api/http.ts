/**
 * The HTTP side: the API under /v1, health, metrics, and the page. It knows matches only as what the ports
 * tell it. Everything that is refused is answered with application/problem+json and a code of errors.ts.
 */
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import {
  type JoinRequest,
  type JoinResponse,
  joinRequest,
  type MatchInfo,
  type Problem,
} from "../../shared/wire/api.ts";
import { type ErrorCode, errorCodes } from "../../shared/wire/errors.ts";

const bodyBytesMax = "16kb";

export type ApiJoin = { ok: true; response: JoinResponse } | { ok: false; code: ErrorCode; detail: string };

export interface ApiParts {
  readonly join: (request: JoinRequest) => Promise<ApiJoin>;
  readonly matches: () => readonly MatchInfo[];
  /** Why the server takes no players, or undefined when it does. */
  readonly notReady: () => string | undefined;
  readonly metrics: () => Promise<{ type: string; text: string }>;
  /** Directory of the built page. */
  readonly pageDir: string;
  readonly log: (message: string, details: object) => void;
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  "request/invalid": 400,
  "request/too-large": 413,
  "request/not-found": 404,
  "match/unknown": 404,
  "game/unknown": 404,
  "match/bad-options": 400,
  "seat/full": 409,
  "match/too-many": 503,
  "server/failed": 500,
};

/** Adds the routes to `app`. */
export function addRoutes(app: Express, parts: ApiParts): void {
  app.disable("x-powered-by");
  app.get("/healthz", (_request, response) => response.json({ status: "ok" }));
  app.get("/readyz", (_request, response) => {
    const reason = parts.notReady();
    response
      .status(reason === undefined ? 200 : 503)
      .json(reason === undefined ? { status: "ready" } : { status: "not ready", reason });
  });
  app.get("/metrics", async (_request, response) => {
    const { type, text } = await parts.metrics();
    response.type(type).send(text);
  });
  const v1 = express.Router();
  v1.use(express.json({ limit: bodyBytesMax }));
  v1.get("/matches", (_request, response) => response.json({ matches: parts.matches() }));
  v1.get("/matches/:id", (request, response) => {
    const found = parts.matches().find((match) => match.id === request.params.id);
    if (found === undefined)
      return problem(response, "match/unknown", `no running match "${request.params.id}"`);
    return response.json(found);
  });
  v1.post("/matches/join", async (request, response) => {
    const parsed = joinRequest.safeParse(request.body ?? {});
    if (!parsed.success) return problem(response, "request/invalid", words(parsed.error.issues));
    const result = await parts.join(parsed.data);
    return result.ok ? response.json(result.response) : problem(response, result.code, result.detail);
  });
  v1.use((request, response) =>
    problem(response, "request/not-found", `${request.method} ${request.originalUrl}`),
  );
  app.use("/v1", v1);
  app.use(express.static(parts.pageDir, { index: "index.html", maxAge: "1h", setHeaders: neverCacheIndex }));
  app.use((request, response) =>
    problem(response, "request/not-found", `${request.method} ${request.originalUrl}`),
  );
  app.use((error: Error & { type?: string }, request: Request, response: Response, _next: NextFunction) => {
    if (error.type === "entity.too.large")
      return problem(response, "request/too-large", `at most ${bodyBytesMax}`);
    if (error.type?.startsWith("entity.") === true || error instanceof SyntaxError) {
      return problem(response, "request/invalid", error.message);
    }
    parts.log("a request failed", { method: request.method, url: request.originalUrl, error });
    return problem(response, "server/failed", "the log of the server says why");
  });
}

function problem(response: Response, code: ErrorCode, detail: string): Response {
  const status = statusOf[code] ?? 500;
  const body: Problem = { type: "about:blank", title: errorCodes[code], status, code, detail };
  return response.status(status).type("application/problem+json").send(JSON.stringify(body));
}

function words(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`).join("; ");
}

/** The page names its scripts by content; only the page itself must be asked for anew. */
function neverCacheIndex(response: { setHeader(name: string, value: string): void }, path: string): void {
  if (path.endsWith(".html")) response.setHeader("cache-control", "no-cache");
}
