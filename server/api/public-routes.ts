/**
 * The API under /v1 and the page, for callers from outside. It knows matches only as what the ports tell it.
 */
import express, { type Express } from "express";
import { type JoinRequest, type JoinResponse, joinRequest, type MatchInfo } from "../../shared/wire/api.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import { bodyBytesMax } from "./limits.ts";
import { problem, words } from "./problem.ts";

export type ApiJoin = { ok: true; response: JoinResponse } | { ok: false; code: ErrorCode; detail: string };

export interface PublicParts {
  readonly join: (request: JoinRequest) => Promise<ApiJoin>;
  readonly matches: () => readonly MatchInfo[];
  /** One match; undefined when none of this id runs, "moving" when it is between two owners. */
  readonly match: (id: string) => Promise<MatchInfo | "moving" | undefined>;
  /** Directory of the built page. */
  readonly pageDir: string;
}

export function addPublicRoutes(app: Express, parts: PublicParts): void {
  const v1 = express.Router();
  v1.use(express.json({ limit: bodyBytesMax }));
  v1.get("/matches", (_request, response) => response.json({ matches: parts.matches() }));
  v1.get("/matches/:id", async (request, response) => {
    const { id } = request.params;
    const found = await parts.match(id);
    if (found === undefined) return problem(response, "match/unknown", `no running match "${id}"`);
    if (found === "moving") return problem(response, "match/moving", `match "${id}" has no owner right now`);
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
}

/** The page names its scripts by content; only the page itself must be asked for anew. */
function neverCacheIndex(response: { setHeader(name: string, value: string): void }, path: string): void {
  if (path.endsWith(".html")) response.setHeader("cache-control", "no-cache");
}
