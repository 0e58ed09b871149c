/** The API over a real socket, on a store in memory, with matches that a test answers for. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { IdentityResult } from "../../server/accounts/identity-provider.ts";
import { takeOne } from "../../server/accounts/rate-limit.ts";
import { Sessions } from "../../server/accounts/sessions.ts";
import { addAdminRoutes } from "../../server/api/admin-routes.ts";
import { newApp } from "../../server/api/app.ts";
import { audit as auditOf } from "../../server/api/audit.ts";
import { addClosingRoutes } from "../../server/api/closing-routes.ts";
import { addHealthRoutes } from "../../server/api/health-routes.ts";
import type { HttpMetrics } from "../../server/api/http-metrics.ts";
import { addMatchmakeRoutes, type Matchmade } from "../../server/api/matchmake-routes.ts";
import type { MemoryFiles } from "../../server/api/memory-files.ts";
import { addPublicRoutes } from "../../server/api/public-routes.ts";
import type { Admission } from "../../server/api/serve-route.ts";
import type { MatchRouteParts } from "../../server/api/v1/match-routes.ts";
import { allowedOrigins } from "../../server/net/origins.ts";
import type { MatchmakingStore, TokenBucket } from "../../server/rows/store.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { hands } from "../../shared/games/hands/game.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";
import type { MatchmakeRequest } from "../../shared/wire/matchmake.ts";
import { type World, world } from "../matchmaking/world.ts";
import { decorated } from "../rows/recording-store.ts";
import { assertDescribed, routeOf } from "./described.ts";

export const info: MatchInfo = {
  id: "m1",
  game: "arena",
  tick: 7,
  epoch: 2,
  node: "n",
  seats: { taken: 1, max: 16 },
  startedAt: "2026-01-01T00:00:00.000Z",
};
export const reservation = { name: "arena", sessionId: "s", roomId: "m1", processId: "p" };
export const adminToken = "operator";

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test finds in it
  readonly body: any;
  readonly headers: Headers;
}

export interface Call {
  readonly token?: string | undefined;
  readonly body?: unknown;
  /** In the place of `body`: as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiServer {
  readonly url: string;
  readonly world: World;
  readonly sessions: Sessions;
  /** Lines of the audit. */
  readonly audited: readonly object[];
  readonly failures: string[];
  readonly failureDetails: readonly object[];
  /** Resolves when so many requests wait for a ticket's next change. */
  waiting(count: number): Promise<void>;
  /** Resolves when the server saw a caller hang up. */
  disconnected(): Promise<void>;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** A new guest's tokens and id. */
  guest(name?: string): Promise<{ token: string; userId: string; refreshToken: string }>;
}

export interface ApiOptions extends Partial<MatchRouteParts> {
  /** That of another instance; left out: one of its own. */
  readonly world?: World;
  readonly notReady?: string;
  /** In the place of no limits at all. */
  readonly limits?: {
    readonly address?: TokenBucket;
    readonly user?: TokenBucket;
    readonly guest?: TokenBucket;
  };
  readonly takeOne?: Admission["takeOne"];
  readonly identify?: (token: string) => Promise<IdentityResult>;
  readonly httpMetrics?: HttpMetrics;
  /** Default an hour. */
  readonly tokenMs?: number;
  /** The setting; left out: own. */
  readonly allowedOrigins?: string;
  /** What stands for Colyseus. */
  readonly page?: MemoryFiles;
  readonly matchmake?: (request: MatchmakeRequest) => Promise<Matchmade>;
}

const open: { server: Server; sessions: Sessions }[] = [];

/** For afterEach. */
export async function closeApiServers(): Promise<void> {
  for (const { server, sessions } of open.splice(0)) {
    sessions.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export async function startApi(options: ApiOptions = {}): Promise<ApiServer> {
  const app = appOf(options);
  const failures: string[] = [];
  const failureDetails: object[] = [];
  const there = options.world ?? world();
  const waits = new Waits();
  const sessions = await Sessions.open({
    ...there,
    ...{ issuer: "holdfast", audience: "holdfast", secret: "test" },
    ...{ tokenMs: options.tokenMs ?? 3_600_000, lifeMs: 4 * 3_600_000, keyPeriodMs: 3_600_000 },
  });
  addHealthRoutes(app, {
    notReady: () => options.notReady,
    metrics: async () => ({ type: "text/plain", text: "up 1" }),
  });
  const audited: object[] = [];
  const { nowMs, steadyMs } = there;
  const audit = auditOf({ log: (_, details) => void audited.push(details), steadyMs });
  addAdminRoutes(app, { token: adminToken, sessions, audit, nowMs });
  const admission: Admission = {
    check: (token) => sessions.check(token),
    takeOne: options.takeOne ?? limiter(there.store, options.limits ?? {}),
  };
  const log = (message: string, details: object) => {
    failures.push(message);
    failureDetails.push(details);
  };
  addMatchmakeRoutes(app, {
    ...{ admission, games: [{ name: "arena" }] },
    matchmake: options.matchmake ?? (async () => ({ ok: true, reservation })),
  });
  addPublicRoutes(app, {
    ...{ admission, games: [arena, hands] },
    join: options.join ?? (async () => ({ ok: true, response: { reservation, matchId: "m1" } })),
    matches: options.matches ?? (() => [info]),
    match: options.match ?? (async (id) => (id === "moving" ? id : id === info.id ? info : undefined)),
    ...{ sessions, audit, matchmaking: { ...there, store: waits.of(there.store) } },
    page: options.page ?? new Map(),
    ...(options.identify !== undefined && { identify: options.identify }),
  });
  addClosingRoutes(app, log);
  const server = createServer(app);
  const hungUp = Promise.withResolvers<void>();
  server.on("connection", (socket) => socket.once("close", () => hungUp.resolve()));
  open.push({ server, sessions });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (method: string, path: string, given: Call = {}) => {
    const answer = await ask(url, { method, path, ...given });
    const route = routeOf(method, path);
    if (route !== undefined) assertDescribed(route, answer);
    return answer;
  };
  const guest = async (name?: string) => (await call("POST", "/v1/sessions", { body: { name } })).body;
  return {
    url,
    world: there,
    sessions,
    audited,
    failures,
    failureDetails,
    waiting: (count) => waits.are(count),
    disconnected: () => hungUp.promise,
    call,
    guest,
  };
}

function appOf({ allowedOrigins: allowed = "own", httpMetrics: metrics }: ApiOptions) {
  const origins = allowedOrigins(allowed);
  assert(typeof origins !== "string", String(origins));
  const measured = metrics && { metrics, nowMs: () => performance.now() };
  return newApp({ trustProxy: "loopback", origins, ...(measured && { measured }) });
}

function limiter(store: MatchmakingStore, limits: NonNullable<ApiOptions["limits"]>): Admission["takeOne"] {
  return async (of, who) => {
    const limit = limits[of];
    return limit === undefined ? { ok: true } : takeOne(store, { name: `requests per ${of}`, ...limit }, who);
  };
}

/** Counts who watches a ticket, so that a test moves the clock when they do and not before. */
class Waits {
  #count = 0;
  #onChange: () => void = () => {};

  of(store: MatchmakingStore): MatchmakingStore {
    return decorated(store, {
      watch: async (...args) => {
        const stop = await store.watch(...args);
        this.#add(1);
        return () => {
          stop();
          this.#add(-1);
        };
      },
    });
  }

  are(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = () => {
        if (this.#count === count) resolve();
      };
      this.#onChange();
    });
  }

  #add(change: number): void {
    this.#count += change;
    this.#onChange();
  }
}

async function ask(
  url: string,
  { method, path, token, body, text, headers = {} }: Call & { method: string; path: string },
): Promise<Answer> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(sent !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
  const answered = await response.text();
  const type = response.headers.get("content-type")?.split(";")[0];
  const isJson = type?.endsWith("json") === true;
  return {
    status: response.status,
    type,
    body: isJson ? JSON.parse(answered) : answered,
    headers: response.headers,
  };
}
