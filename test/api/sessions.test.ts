/** Sessions over HTTP: begun, shown, exchanged, ended; and every token that is none. */
import { generateKeyPair, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { type IdentityClocks, identityProvider } from "../../server/accounts/identity-provider.ts";
import { clockSkewMs } from "../../server/accounts/session.ts";
import { type IdentityServer, startIdentityServer } from "../accounts/identity-server.ts";
import { adminToken, closeApiServers, startApi } from "./api-server.ts";

const hourMs = 3_600_000;
const second = 1000;

let provider: IdentityServer;
beforeAll(async () => {
  provider = await startIdentityServer();
});
afterEach(closeApiServers);
afterAll(() => provider.close());

describe("a session", () => {
  it("of a guest says who it is, for as long as it says", async () => {
    const { call, world } = await startApi();
    const begun = await call("POST", "/v1/sessions", { body: { name: "Ada" } });
    expect(begun.status).toBe(201);
    const { token, refreshToken, expiresInSeconds, ...who } = begun.body;
    expect(refreshToken).not.toBe(token);
    expect(expiresInSeconds).toBe(hourMs / 1000);
    expect(who).toEqual({
      userId: expect.stringMatching(/^guest:[a-z0-9]{16}$/),
      name: "Ada",
      expiresAt: new Date(world.nowMs() + hourMs).toISOString(),
    });
    expect(await call("GET", "/v1/session", { token })).toMatchObject({ status: 200, body: who });
  });

  it("is refreshed for the same user, under another name if wanted, and the old token stays good", async () => {
    const { call, guest, world } = await startApi();
    const { token, userId, refreshToken } = await guest("Ada");
    const refresh = (body: object) => call("POST", "/v1/sessions/refresh", { body });
    await world.pass(hourMs / 2);
    const renewed = await refresh({ refreshToken, name: "Ada L." });
    expect(renewed).toMatchObject({
      status: 200,
      body: { userId, name: "Ada L.", expiresAt: new Date(world.nowMs() + hourMs).toISOString() },
    });
    expect(await call("GET", "/v1/session", { token })).toMatchObject({ status: 200, body: { name: "Ada" } });
    await world.pass(hourMs / 2 + clockSkewMs);
    expect((await call("GET", "/v1/session", { token })).status).toBe(401);
    const { body } = await refresh({ refreshToken: renewed.body.refreshToken });
    expect(body).toMatchObject({ userId, name: "Ada L." });
  });

  it("is over when nobody refreshed it for its life, and one that is refreshed goes on", async () => {
    const { call, guest, world } = await startApi();
    const [{ refreshToken: idle }, { refreshToken: first, userId }] = [await guest(), await guest()];
    const refresh = (refreshToken: string) =>
      call("POST", "/v1/sessions/refresh", { body: { refreshToken } });
    await world.pass(3 * hourMs);
    const { refreshToken: next } = (await refresh(first)).body;
    await world.pass(hourMs + clockSkewMs);
    expect(await refresh(idle)).toMatchObject({ status: 401, body: { code: "session/expired" } });
    expect(await refresh(next)).toMatchObject({ status: 200, body: { userId } });
  });

  it("is refreshed by its refresh token alone, which opens nothing else, and by none after a sign-out", async () => {
    const api = await startApi();
    const elsewhere = await startApi({ world: api.world });
    const { token, refreshToken } = await api.guest();
    const refresh = (body: object, at = api) => at.call("POST", "/v1/sessions/refresh", { body });
    const invalid = { status: 401, body: { code: "session/invalid" } };
    expect(await refresh({ refreshToken: token })).toMatchObject(invalid);
    expect(await api.call("GET", "/v1/session", { token: refreshToken })).toMatchObject(invalid);
    for (const body of [{}, { refreshToken: 7 }, { refreshToken, more: 1 }])
      expect(await refresh(body)).toMatchObject({ status: 400 });
    await api.call("DELETE", "/v1/session", { token });
    // Before any news of it came there.
    for (const at of [api, elsewhere])
      expect(await refresh({ refreshToken }, at)).toMatchObject({
        status: 401,
        body: { code: "session/revoked" },
      });
  });

  it("[P6] of so many new guests of one address is refused until there is room, and of no other", async () => {
    const limits = { guest: { burst: 2, refillMs: 1000 } };
    const api = await startApi({ limits });
    const elsewhere = await startApi({ limits, world: api.world });
    const begin = (at: typeof api, headers = {}) => at.call("POST", "/v1/sessions", { headers });
    for (const at of [api, elsewhere]) expect((await begin(at)).status).toBe(201);
    const refused = await begin(api);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate/limited" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await begin(elsewhere, { "x-forwarded-for": "192.0.2.7" })).status).toBe(201);
    await api.world.pass(second);
    expect((await begin(elsewhere)).status).toBe(201);
  });

  it("needs no body and no name, and two guests are never the same", async () => {
    const { call } = await startApi();
    const [one, other] = [
      await call("POST", "/v1/sessions"),
      await call("POST", "/v1/sessions", { body: {} }),
    ];
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(one.body).not.toHaveProperty("name");
    expect(one.body.userId).not.toBe(other.body.userId);
  });

  it.each([
    ["an unknown field", { nmae: "Ada" }],
    ["a wrong type", { name: 7 }],
    ["an empty name", { name: "" }],
    ["a long name", { name: "x".repeat(65) }],
    ["a token of the wrong type", { identityToken: {} }],
    ["no object", []],
  ])("[P7] is not begun with %s", async (_what, body) => {
    const { call } = await startApi();
    const refused = await call("POST", "/v1/sessions", { body });
    expect(refused).toMatchObject({ status: 400, type: "application/problem+json" });
    expect(refused.body.code).toBe("request/invalid");
  });

  it("[P7] is not begun by a body that is no JSON by its own word: it would be a guest's unasked", async () => {
    const { call } = await startApi();
    const headers = { "content-type": "text/plain" };
    const refused = await call("POST", "/v1/sessions", { text: '{"identityToken":"x"}', headers });
    expect(refused).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    expect(refused.body.detail).toContain("application/json");
  });

  it("is over when its time is", async () => {
    const { call, guest, world } = await startApi();
    const { token } = await guest();
    await world.pass(hourMs - second);
    expect((await call("GET", "/v1/session", { token })).status).toBe(200);
    await world.pass(second + clockSkewMs);
    const refused = await call("GET", "/v1/session", { token });
    expect(refused).toMatchObject({ status: 401, body: { code: "session/expired" } });
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("[P8] ends at a sign-out, at another instance within a second too, and no other of the user", async () => {
    const api = await startApi({ identify: async () => ({ ok: true, userId: "idp:ann" }) });
    const elsewhere = await startApi({ world: api.world });
    const begin = async () => (await api.call("POST", "/v1/sessions", { body: { identityToken: "x" } })).body;
    const [here, there] = [await begin(), await begin()];
    expect(await api.call("DELETE", "/v1/session", here)).toMatchObject({ status: 204, body: "" });
    const ended = { status: 401, body: { code: "session/revoked" } };
    expect(await api.call("GET", "/v1/session", here)).toMatchObject(ended);
    await api.world.pass(second);
    expect(await elsewhere.call("GET", "/v1/session", here)).toMatchObject(ended);
    expect((await elsewhere.call("GET", "/v1/session", there)).status).toBe(200);
  });

  it("[P8] signed out everywhere is over everywhere; the next one is good", async () => {
    const api = await startApi({ identify: async () => ({ ok: true, userId: "idp:ann" }) });
    const elsewhere = await startApi({ world: api.world });
    const begin = async () => (await api.call("POST", "/v1/sessions", { body: { identityToken: "x" } })).body;
    const [here, there] = [await begin(), await begin()];
    expect((await api.call("DELETE", "/v1/session?everywhere=true", here)).status).toBe(204);
    await api.world.pass(second);
    expect((await elsewhere.call("GET", "/v1/session", there)).status).toBe(401);
    expect((await elsewhere.call("GET", "/v1/session", await begin())).status).toBe(200);
    const misspelt = await api.call("DELETE", "/v1/session?everwhere=true", await begin());
    expect(misspelt).toMatchObject({ status: 400, body: { code: "request/invalid" } });
  });
});

describe("a token of the identity provider", () => {
  const withProvider = (world: IdentityClocks) => identityProvider(provider.settings, world);

  it("is exchanged for a session of its user, by the keys at the provider's address", async () => {
    const api = await startApi({ identify: (token) => withProvider(api.world)(token) });
    const identityToken = await provider.token(api.world.nowMs());
    const begun = await api.call("POST", "/v1/sessions", { body: { identityToken, name: "Ann" } });
    expect(begun).toMatchObject({ status: 201, body: { userId: "idp:auth0|ann", name: "Ann" } });
    expect(await api.call("GET", "/v1/session", begun.body)).toMatchObject({ status: 200 });
  });

  it.each([
    ["is over", { forMs: -hourMs }],
    ["is for somebody else", { aud: "shop" }],
    ["is of somebody else", { iss: "https://other.example" }],
  ])("is refused when it %s", async (_why, claims) => {
    const api = await startApi({ identify: (token) => withProvider(api.world)(token) });
    const identityToken = await provider.token(api.world.nowMs(), claims);
    const refused = await api.call("POST", "/v1/sessions", { body: { identityToken } });
    expect(refused).toMatchObject({ status: 401, body: { code: "session/identity-refused" } });
  });

  it("is refused in words where there is no provider, and is a 503 when the provider is away", async () => {
    const without = await startApi();
    const body = { identityToken: "x" };
    const refused = await without.call("POST", "/v1/sessions", { body });
    expect(refused).toMatchObject({ status: 401, body: { code: "session/identity-refused" } });
    expect(refused.body.detail).toContain("begin as a guest");
    const detail = "the identity provider idp does not answer";
    const away = await startApi({
      identify: async () => ({ ok: false, code: "session/identity-unavailable", detail }),
    });
    const later = await away.call("POST", "/v1/sessions", { body });
    expect(later).toMatchObject({ status: 503, body: { code: "session/identity-unavailable", detail } });
    expect(later.headers.get("retry-after")).toBe("1");
  });
});

describe("a ban", () => {
  const setUp = async () => {
    const api = await startApi({ identify: async () => ({ ok: true, userId: "idp:ann" }) });
    const begin = () => api.call("POST", "/v1/sessions", { body: { identityToken: "x" } });
    const ban = (minutes: unknown, token = adminToken) =>
      api.call("PUT", "/admin/users/idp:ann/ban", { token, body: { minutes } });
    return { api, begin, ban };
  };

  it("ends the user's sessions and gives none until it is over, or lifted", async () => {
    const { api, begin, ban } = await setUp();
    const { body: session } = await begin();
    const bannedUntil = new Date(api.world.nowMs() + 10 * 60_000).toISOString();
    expect(await ban(10)).toMatchObject({ status: 200, body: { userId: "idp:ann", bannedUntil } });
    expect(await api.call("GET", "/v1/session", session)).toMatchObject({ status: 401 });
    const refused = await begin();
    expect(refused).toMatchObject({ status: 403, body: { code: "session/banned" } });
    expect(refused.body.detail).toContain(bannedUntil);
    await api.world.pass(10 * 60_000);
    expect((await begin()).status).toBe(201);
    await ban(10);
    await ban(0);
    await api.world.pass(1);
    expect((await begin()).status).toBe(201);
  });

  it("is an operator's alone, who says for how long", async () => {
    const { api, begin, ban } = await setUp();
    const { body: session } = await begin();
    for (const token of ["", "wrong", session.token]) {
      const refused = await ban(10, token);
      expect(refused).toMatchObject({ status: 403, body: { code: "request/forbidden" } });
    }
    for (const minutes of [-1, "10", undefined, 1e9])
      expect(await ban(minutes)).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    expect((await api.call("GET", "/v1/session", session)).status).toBe(200);
  });
});

test.each([
  ["is missing", {}, "session/missing"],
  ["has another scheme", { authorization: "Basic YTpi" }, "session/missing"],
  ["is empty", { authorization: "Bearer " }, "session/missing"],
  ["means nothing", { authorization: "Bearer nonsense" }, "session/invalid"],
  ["is three dots", { authorization: "Bearer a.b.c" }, "session/invalid"],
])("a token that %s is a 401 that says so", async (_what, headers, code) => {
  const { call } = await startApi();
  const refused = await call("GET", "/v1/session", { headers });
  expect(refused).toMatchObject({ status: 401, type: "application/problem+json", body: { code } });
  expect(refused.headers.get("www-authenticate")).toBe("Bearer");
});

test("[P1.7] a token that somebody else signed, or changed, is none, on every route that needs one", async () => {
  const { call, guest, world } = await startApi();
  const { token, userId } = await guest();
  const [header, payload] = token.split(".") as [string, string];
  const { privateKey } = await generateKeyPair("EdDSA");
  const foreign = await new SignJWT({ sid: "x", iat: world.nowMs() / 1000 })
    .setProtectedHeader(JSON.parse(Buffer.from(header, "base64url").toString()))
    .setIssuer("holdfast")
    .setAudience("holdfast")
    .setSubject(userId)
    .setExpirationTime(world.nowMs() / 1000 + 60)
    .sign(privateKey);
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const altered = Buffer.from(JSON.stringify({ ...claims, sub: "guest:other" })).toString("base64url");
  const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
  const bad = [foreign, token.replace(payload, altered), `${unsigned}.${payload}.`, token.slice(0, -4)];
  for (const each of bad) {
    for (const path of ["/v1/session", "/v1/tickets/duel.x", "/v1/parties/x"])
      expect(await call("GET", path, { token: each })).toMatchObject({
        status: 401,
        body: { code: "session/invalid" },
      });
  }
});
