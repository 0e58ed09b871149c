/**
 * Serves a route of shared/wire/routes.ts: counts the caller's requests, checks the session, validates the input, and
 * sends the handler's answer. Handlers only see valid requests. Owns no route.
 */

import type { Request, RequestHandler, Response, Router } from "express";
import type { z } from "zod";
import { words } from "../../shared/game/issues.ts";
import type { ErrorCode } from "../../shared/wire/errors.ts";
import type { AnswerOf, Route } from "../../shared/wire/routes.ts";
import type { RateResult } from "../accounts/rate-limit.ts";
import type { Session } from "../accounts/session.ts";
import type { CheckResult } from "../accounts/sessions.ts";
import { limitedAddress } from "./limited-address.ts";
import { type ProblemExtras, problem } from "./problem.ts";

export type { Session };

/** Requests of one instance that wait for a ticket's next change; each is a socket and a timer. */
const waitingMax = 10_000;
const waitingPerUserMax = 16;
/** As clients make them: a UUID, or a similar text. */
const idempotencyKey = /^[\x21-\x7e]{8,200}$/;

export interface Admission {
  readonly check: (token: string) => Promise<CheckResult>;
  /** Counts a request of this address or user, or a new guest of this address. */
  readonly takeOne: (of: "address" | "user" | "guest", who: string) => Promise<RateResult>;
}

export type Refusal = {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
} & ProblemExtras;

export type Reply<One extends Route> =
  | { readonly ok: true; readonly value: AnswerOf<One>; readonly status?: number }
  | Refusal;

type Parsed<One, Name extends string> = One extends Record<Name, z.ZodType> ? z.output<One[Name]> : undefined;

export interface Asked<One extends Route> {
  readonly params: Parsed<One, "params">;
  readonly query: Parsed<One, "query">;
  readonly body: Parsed<One, "body">;
  readonly session: One["session"] extends true ? Session : undefined;
  readonly idempotencyKey: One extends { idempotent: true } ? string : undefined;
  /** The caller's address, as far as the load balancers in between are trusted. */
  readonly address: string | undefined;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal;
}

export type Handler<One extends Route> = (asked: Asked<One>) => Promise<Reply<One>>;

/** Sends events until it resolves; a refusal before the first event is answered as a normal refusal. */
export type StreamHandler<One extends Route> = (
  asked: Asked<One>,
  send: (value: AnswerOf<One>) => void,
) => Promise<Refusal | undefined>;

export class RouteServer {
  readonly #admission: Admission;
  readonly #router: Router;
  /** How many requests wait, by user. */
  readonly #waiting = new Map<string, number>();
  #waitingCount = 0;

  constructor(router: Router, admission: Admission) {
    this.#router = router;
    this.#admission = admission;
  }

  add<One extends Route>(route: One, handler: Handler<One>): void {
    this.#on(route, async (asked, _request, response) => {
      const reply = await handler(asked);
      if (!reply.ok) return refuse(response, reply);
      response.status(reply.status ?? route.status);
      if (reply.value === undefined) response.end();
      else response.json(reply.value);
    });
  }

  /** A route whose answer may take a while; the number of waiting requests is limited. */
  addWaiting<One extends Route>(route: One, handler: Handler<One>): void {
    this.add(route, (asked) => this.#bounded(asked.session, () => handler(asked)));
  }

  addStream<One extends Route>(route: One, handler: StreamHandler<One>): void {
    this.#on(route, async (asked, _request, response) => {
      const send = (value: AnswerOf<One>) => {
        if (!response.headersSent) response.writeHead(200, eventStreamHeaders);
        response.write(
          value === undefined ? ": still here\n\n" : `event: ticket\ndata: ${JSON.stringify(value)}\n\n`,
        );
      };
      const refusal = await this.#bounded(asked.session, () => handler(asked, send));
      if (refusal !== undefined && !response.headersSent) return refuse(response, refusal);
      response.end();
    });
  }

  #on<One extends Route>(
    route: One,
    serve: (asked: Asked<One>, request: Request, response: Response) => Promise<unknown>,
  ): void {
    const handler: RequestHandler = async (request, response) => {
      const asked = await this.#admitted(route, request, response);
      if ("code" in asked) return void refuse(response, asked);
      await serve(asked, request, response);
    };
    this.#router[route.method](route.path.replace("/v1", ""), handler);
  }

  /** Checks in order of cost: the address, the session, the user, the shape. */
  async #admitted<One extends Route>(
    route: One,
    request: Request,
    response: Response,
  ): Promise<Asked<One> | Refusal> {
    const byAddress = this.#admission.takeOne("address", limitedAddress(request.ip));
    // One needs the store, the other the processor.
    const [counted, checked] = await Promise.all([byAddress, this.#session(route, request)]);
    if (!counted.ok) return counted;
    if (!checked.ok) return checked;
    const { session } = checked;
    if (session !== undefined) {
      const byUser = await this.#admission.takeOne("user", session.userId);
      if (!byUser.ok) return byUser;
    }
    const parsed = parse(route, request);
    if (!parsed.ok) return parsed;
    const signal = hangUpOf(response);
    return { ...parsed.value, session, signal, address: request.ip } as Asked<One>;
  }

  async #session(
    { session }: Route,
    request: Request,
  ): Promise<{ ok: true; session: Session | undefined } | Refusal> {
    if (!session) return { ok: true, session: undefined };
    const [scheme, token] = (request.get("authorization") ?? "").split(" ", 2);
    if (scheme?.toLowerCase() === "bearer" && token) return this.#admission.check(token);
    return { ok: false, code: "session/missing", detail: "no `Authorization: Bearer` in the request" };
  }

  async #bounded<Result>(
    session: Session | undefined,
    wait: () => Promise<Result>,
  ): Promise<Result | Refusal> {
    const userId = session?.userId ?? "";
    const ofUser = this.#waiting.get(userId) ?? 0;
    if (ofUser >= waitingPerUserMax || this.#waitingCount >= waitingMax)
      return {
        ok: false,
        code: "request/too-many-wait",
        detail: `${ofUser} of yours, ${this.#waitingCount} in all`,
      };
    this.#waiting.set(userId, ofUser + 1);
    this.#waitingCount++;
    try {
      return await wait();
    } finally {
      this.#waitingCount--;
      const left = this.#waiting.get(userId)! - 1;
      if (left > 0) this.#waiting.set(userId, left);
      else this.#waiting.delete(userId);
    }
  }
}

const eventStreamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  // nginx would hold events back until its buffer is full.
  "x-accel-buffering": "no",
};

function refuse(response: Response, { code, detail, ...extras }: Refusal): Response {
  return problem(response, code, detail, extras);
}

/** Aborts when the caller disconnects, which ends work that is done for them. */
function hangUpOf(response: Response): AbortSignal {
  const hangUp = new AbortController();
  // Not after a complete answer: an abort creates an error with its stack for nothing.
  response.on("close", () => response.writableFinished || hangUp.abort());
  // The caller disconnected while it was being admitted.
  if (response.destroyed) hangUp.abort();
  return hangUp.signal;
}

type ParseResult = { ok: true; value: Record<string, unknown> } | Refusal;

function parse(route: Route, request: Request): ParseResult {
  const isEmpty = request.get("content-length") === "0";
  // A body that was not read would count as missing.
  if (route.body && !isEmpty && request.is("application/json") === false)
    return { ok: false, code: "request/invalid", detail: "body: its Content-Type must be application/json" };
  const value: Record<string, unknown> = {};
  for (const part of ["params", "query", "body"] as const) {
    const parsed = route[part]?.safeParse(request[part]);
    if (parsed?.success === false)
      return { ok: false, code: "request/invalid", detail: words(parsed.error.issues, part) };
    value[part] = parsed?.data;
  }
  if (route.idempotent !== true) return { ok: true, value };
  const key = request.get("idempotency-key") ?? "";
  if (!idempotencyKey.test(key))
    return {
      ok: false,
      code: "request/invalid",
      detail: "Idempotency-Key: 8 to 200 visible characters are needed",
    };
  return { ok: true, value: { ...value, idempotencyKey: key } };
}
