/** Which pages may talk to the server, over HTTP; and what every answer tells a browser. */
import { afterEach, describe, expect, it, test } from "vitest";
import { allowedOrigins, isAllowedOrigin } from "../../server/net/origins.ts";
import { type ApiServer, closeApiServers, startApi } from "./api-server.ts";

afterEach(closeApiServers);

const game = "https://game.example";
const foreign = "https://evil.example";

const preflight = ({ call }: ApiServer, origin: string, path = "/v1/tickets") =>
  call("OPTIONS", path, { headers: { origin, "access-control-request-method": "POST" } });
const allowedFor = (headers: Headers) => headers.get("access-control-allow-origin");

describe("a page of an origin that is in the list", () => {
  it("may ask everything, also Colyseus' matchmaking with the credentials that the SDK insists on", async () => {
    const api = await startApi({ allowedOrigins: `own, ${game}` });
    for (const path of ["/v1/tickets", "/matchmake/join/arena"]) {
      const { status, headers } = await preflight(api, game, path);
      expect([status, allowedFor(headers)]).toEqual([204, game]);
      expect(headers.get("access-control-allow-credentials")).toBe("true");
      expect(headers.get("access-control-allow-headers")).toMatch(/authorization.*idempotency-key/i);
      expect(headers.get("vary")).toMatch(/origin/i);
    }
    const answered = await api.call("POST", "/v1/sessions", { headers: { origin: game } });
    expect([answered.status, allowedFor(answered.headers)]).toEqual([201, game]);
    expect(answered.headers.get("access-control-expose-headers")).toMatch(/retry-after/i);
  });
});

describe("a page of another origin", () => {
  it("[P1.9] may not ask, may not act, and reads nothing", async () => {
    const api = await startApi({ allowedOrigins: game });
    const asked = await preflight(api, foreign);
    expect(asked).toMatchObject({ status: 403, body: { code: "request/origin" } });
    const acted = await api.call("POST", "/v1/sessions", { headers: { origin: foreign } });
    expect(acted).toMatchObject({ status: 403, body: { code: "request/origin" } });
    const read = await api.call("GET", "/v1/matches", { headers: { origin: foreign } });
    for (const { headers } of [asked, acted, read]) {
      expect(allowedFor(headers)).toBeNull();
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  it("[P1] may when every origin may, but not with credentials", async () => {
    const api = await startApi({ allowedOrigins: "*" });
    const { status, headers } = await preflight(api, foreign);
    expect([status, allowedFor(headers)]).toEqual([204, "*"]);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
  });
});

it("the server's own page and who is no page at all need no list", async () => {
  const api = await startApi();
  const own = await api.call("POST", "/v1/sessions", { headers: { origin: api.url } });
  expect([own.status, (await api.call("POST", "/v1/sessions")).status]).toEqual([201, 201]);
});

test.each([
  ["own", "http://a:2567", "a:2567", true],
  ["own", "https://a", "a", true],
  ["own", "https://a", "a:443", true],
  ["own", "http://a", "a:443", false],
  ["own", "https://a.evil.example", "a", false],
  ["own", "null", "a", false],
  ["own", "https://a", undefined, false],
  ["https://b", "https://b", "a", true],
  ["https://b", "http://b", "a", false],
  ["https://b", "https://b:444", "a", false],
  ["*", "null", "a", true],
])("with %s a page of %s at the host %s may: %s", (setting, origin, host, may) => {
  const allowed = allowedOrigins(setting);
  if (typeof allowed === "string") throw new Error(allowed);
  expect(isAllowedOrigin(allowed, { origin, host })).toBe(may);
  expect(isAllowedOrigin(allowed, { origin, host, fetchSite: "cross-site" })).toBe(may);
});

test.each(["https://a/", "https://a/path", "a.example", "https://A.example", "ftp://a", "own,", "own;*"])(
  "%s is no list of origins",
  (setting) => {
    expect(allowedOrigins(setting)).toMatch(/is not an origin/);
  },
);

describe("every answer", () => {
  it.each(["/v1/matches", "/healthz", "/nowhere", "/docs/", "/openapi.json"])(
    "[P1] of %s tells a browser to guess nothing, to show it in no frame, and what it may load",
    async (path) => {
      const { headers } = await (await startApi()).call("GET", path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe-eval|script-src[^;]*unsafe/);
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );

  it("[P1] insists on TLS when it came over TLS, as a trusted proxy says, and only then", async () => {
    const { call } = await startApi();
    const over = async (proto: string) =>
      (await call("GET", "/healthz", { headers: { "x-forwarded-proto": proto } })).headers.get(
        "strict-transport-security",
      );
    expect(await over("https")).toMatch(/^max-age=\d{7,}/);
    expect(await over("http")).toBeNull();
  });
});

test.each([
  "/V1/matches",
  "/v1/Matches",
  "/v1/matches/",
  "/HEALTHZ",
  "/Metrics",
  "/metrics/",
  "/ADMIN/users/x/ban",
])("[P1] %s is no route: paths are compared letter by letter, as load balancers do", async (path) => {
  expect((await (await startApi()).call("GET", path)).status).toBe(404);
});
