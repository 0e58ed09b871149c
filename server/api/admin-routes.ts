/**
 * Routes for operators under /admin: bans, and other users' sessions. They need a token of their own; without one
 * configured they do not exist. Every action, and every request without the token, is a line of the audit log.
 */

import { timingSafeEqual } from "node:crypto";
import type { Express, Request, Response, Router } from "express";
import { z } from "zod";
import type { UnixClock } from "../../shared/clock.ts";
import { words } from "../../shared/game/issues.ts";
import { type Ban, banName } from "../accounts/bans.ts";
import type { Sessions } from "../accounts/sessions.ts";
import { newRouter } from "./app.ts";
import type { Audit } from "./audit.ts";
import { jsonBody } from "./json-body.ts";
import { problem } from "./problem.ts";

const minutesMax = 100 * 525_600;
const minuteMs = 60_000;
/** Bans in one answer. */
const bansListedMax = 1000;

const reason = z.string().regex(/^[^\p{Cc}]{1,200}$/u, "1 to 200 visible characters");
const kind = z.enum(["user", "device", "range"]);
const of = z.string().min(1).max(200);
const minutes = z.number().max(minutesMax);
/** About a second; a shorter ban could end before it was stored. */
const minutesMin = 0.02;
/** 0 lifts a ban. Either way the user's present sessions end. */
const userBanRequest = z.strictObject({
  minutes: minutes.refine((given) => given === 0 || given >= minutesMin, `0, or at least ${minutesMin}`),
  reason: reason.optional(),
});
const banRequest = z.strictObject({ kind, of, minutes: minutes.min(minutesMin), reason: reason.optional() });
const liftRequest = z.strictObject({ kind, of });
const rotateRequest = z.strictObject({ endSessions: z.boolean().default(false) });
const whole = z.coerce.number().int().min(0);
const listRequest = z.strictObject({
  from: whole.default(0),
  count: whole.max(bansListedMax).default(100),
});

export interface AdminParts {
  readonly token: string;
  readonly sessions: Pick<Sessions, "ban" | "bans" | "lift" | "signOutEverywhere" | "guest" | "rotateKeys">;
  readonly audit: Audit;
  /** Unix ms. */
  readonly nowMs: UnixClock;
}

export function addAdminRoutes(app: Express, parts: AdminParts): void {
  const admin = newRouter();
  admin.use((request, response, next) => {
    if (isOperator(parts.token, request)) return next();
    parts.audit.refusal("request/forbidden", { asked: asked(request), from: request.ip });
    return problem(response, "request/forbidden", "only operators, with the admin token");
  });
  admin.use(jsonBody());
  addBanRoutes(admin, parts);
  addUserRoutes(admin, parts);
  addKeyRoutes(admin, parts);
  app.use("/admin", admin);
}

function addBanRoutes(admin: Router, { sessions, audit, nowMs }: AdminParts): void {
  admin.get("/bans", (request, response) => {
    const page = valid(listRequest, request.query, response);
    if (page === undefined) return;
    const { bans, total } = sessions.bans.list(page);
    response.json({ bans: bans.map(banInfo), total });
  });
  admin.post("/bans", async (request, response) => {
    const body = valid(banRequest, request.body, response);
    if (body === undefined) return;
    const name = banName(body.kind, body.of);
    if (name === undefined) return void problem(response, "request/invalid", notA(body.kind));
    const untilMs = nowMs() + body.minutes * minuteMs;
    const why = body.reason === undefined ? {} : { reason: body.reason };
    const ban = { kind: body.kind, of: name, untilMs, ...why };
    const stored = await sessions.ban(ban);
    audit.action("ban", { ...ban, from: request.ip });
    response.status(201).json(banInfo(stored));
  });
  admin.delete("/bans", async (request, response) => {
    const query = valid(liftRequest, request.query, response);
    if (query === undefined) return;
    const name = banName(query.kind, query.of);
    if (name === undefined) return void problem(response, "request/invalid", notA(query.kind));
    const lifted = await sessions.lift(query.kind, name);
    audit.action("lift a ban", { kind: query.kind, of: name, lifted, from: request.ip });
    if (lifted) response.status(204).end();
    else problem(response, "request/not-found", `no ban of ${query.kind} ${name}`);
  });
}

function addUserRoutes(admin: Router, { sessions, audit, nowMs }: AdminParts): void {
  admin.param("id", (_request, response, next, id: string) => {
    if (banName("user", id) !== undefined) return next();
    return problem(response, "request/invalid", "id: 1 to 200 visible characters");
  });
  admin.get("/users/:id", async ({ params: { id: userId } }, response) => {
    const guest = await sessions.guest(userId);
    const ban = sessions.bans.banFor({ userId, ...guest });
    response.json({
      userId,
      ...(guest !== undefined && { guest: { ...guest, seenAt: new Date(guest.seenAtMs).toISOString() } }),
      ...(ban !== undefined && { ban: banInfo(ban) }),
    });
  });
  admin.put("/users/:id/ban", async (request, response) => {
    const body = valid(userBanRequest, request.body, response);
    if (body === undefined) return;
    const userId = request.params.id;
    const untilMs = nowMs() + body.minutes * minuteMs;
    const ban = { kind: "user", of: userId, untilMs, ...(body.reason && { reason: body.reason }) } as const;
    if (body.minutes > 0) await sessions.ban(ban);
    else {
      await sessions.lift("user", userId);
      await sessions.signOutEverywhere(userId, "operator");
    }
    audit.action(body.minutes > 0 ? "ban" : "lift a ban", { ...ban, from: request.ip });
    response.json({ userId, bannedUntil: new Date(untilMs).toISOString() });
  });
  admin.post("/users/:id/sign-out", async (request, response) => {
    const userId = request.params.id;
    await sessions.signOutEverywhere(userId, "operator");
    audit.action("sign out everywhere", { userId, from: request.ip });
    response.status(204).end();
  });
}

function addKeyRoutes(admin: Router, { sessions, audit }: AdminParts): void {
  admin.post("/keys/rotate", async (request, response) => {
    const body = valid(rotateRequest, request.body, response);
    if (body === undefined) return;
    const kid = await sessions.rotateKeys(body.endSessions);
    audit.action("rotate keys", { kid, endSessions: body.endSessions, from: request.ip });
    response.status(201).json({ kid, endedSessions: body.endSessions });
  });
}

function banInfo({ kind, of, sinceMs, untilMs, reason }: Ban) {
  const times = { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() };
  return { kind, of, ...times, ...(reason !== undefined && { reason }) };
}

/** @returns undefined when it was refused */
function valid<Shape extends z.ZodType>(
  shape: Shape,
  given: unknown,
  response: Response,
): z.output<Shape> | undefined {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  problem(response, "request/invalid", words(parsed.error.issues));
  return undefined;
}

function notA(kind: Ban["kind"]): string {
  const wanted = { user: "a user id", device: "16 to 64 of A-Z a-z 0-9 _ -", range: "an address or CIDR" };
  return `of: ${wanted[kind]}`;
}

/** Without the query's contents, and short enough for a log line. */
const asked = ({ method, baseUrl, path }: Request) => `${method} ${baseUrl}${path}`.slice(0, 200);

function isOperator(token: string, request: Request): boolean {
  const shown = Buffer.from(request.get("authorization") ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}
