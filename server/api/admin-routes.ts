/** For operators, under /admin: bans. Behind a token of its own; without one there are no such routes. */
import { timingSafeEqual } from "node:crypto";
import type { Express, NextFunction, Request, Response } from "express";
import { z } from "zod";
import type { Sessions } from "../matchmaking/sessions/sessions.ts";
import { newRouter } from "./app.ts";
import { jsonBody } from "./json-body.ts";
import { problem, words } from "./problem.ts";

const minutesMax = 100 * 525_600;

/** 0 lifts a ban. Either way the user's present sessions are over. */
const banRequest = z.strictObject({ minutes: z.number().min(0).max(minutesMax) });

export interface AdminParts {
  readonly token: string;
  readonly sessions: Pick<Sessions, "ban" | "lift" | "signOutEverywhere">;
  /** Unix ms. */
  readonly nowMs: () => number;
}

export function addAdminRoutes(app: Express, { token, sessions, nowMs }: AdminParts): void {
  const admin = newRouter();
  admin.use((request, response, next) => checkToken(token, request, response, next));
  admin.use(jsonBody());
  admin.put("/users/:id/ban", async (request, response) => {
    const parsed = banRequest.safeParse(request.body);
    if (!parsed.success) return problem(response, "request/invalid", words(parsed.error.issues));
    const userId = request.params.id;
    const bannedUntilMs = nowMs() + parsed.data.minutes * 60_000;
    if (parsed.data.minutes > 0) await sessions.ban({ kind: "user", of: userId, untilMs: bannedUntilMs });
    else {
      await sessions.lift("user", userId);
      await sessions.signOutEverywhere(userId, "operator");
    }
    return response.json({ userId, bannedUntil: new Date(bannedUntilMs).toISOString() });
  });
  app.use("/admin", admin);
}

function checkToken(token: string, request: Request, response: Response, next: NextFunction): void {
  const shown = Buffer.from(request.get("authorization") ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  if (shown.length === expected.length && timingSafeEqual(shown, expected)) next();
  else problem(response, "request/forbidden", "only operators, with the admin token");
}
