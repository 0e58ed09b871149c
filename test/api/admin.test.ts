/** What operators do over HTTP: ban users, devices and networks, list and lift, sign out; each a line of the audit. */
import { afterEach, describe, expect, it } from "vitest";
import { world } from "../matchmaking/world.ts";
import { closeApiServers, startApi, adminToken as token } from "./api-server.ts";

const refusalsPerMinuteMax = 60;

const hourMs = 3_600_000;
const device = "device-of-mallory-1";
const elsewhere = { "x-forwarded-for": "198.51.100.7" };

afterEach(closeApiServers);

describe("an operator", () => {
  it("bans the device and the network of a guest whose name they know: no new guest comes from there", async () => {
    const api = await startApi();
    const begin = (body: object, headers = {}) => api.call("POST", "/v1/sessions", { body, headers });
    const mallory = (await begin({ device }, elsewhere)).body;
    const known = await api.call("GET", `/admin/users/${mallory.userId}`, { token });
    expect(known.body).toMatchObject({ userId: mallory.userId, guest: { device, address: "198.51.100.7" } });
    for (const body of [
      { kind: "device", of: device, minutes: 60, reason: "aimbot" },
      { kind: "range", of: "198.51.100.7/24", minutes: 60 },
    ])
      expect(await api.call("POST", "/admin/bans", { token, body })).toMatchObject({ status: 201 });

    const refused = await begin({ device });
    expect(refused).toMatchObject({ status: 403, body: { code: "session/banned" } });
    expect(refused.body.detail).toContain("aimbot");
    expect(await begin({}, { "x-forwarded-for": "198.51.100.200" })).toMatchObject({ status: 403 });
    expect(await begin({}, { "x-forwarded-for": "198.51.101.1" })).toMatchObject({ status: 201 });
    expect(await api.call("GET", "/v1/session", { token: mallory.token })).toMatchObject({
      status: 403,
      body: { code: "session/banned" },
    });
    expect(api.audited).toMatchObject([
      { audit: "ban", kind: "device", of: device, reason: "aimbot" },
      { audit: "ban", kind: "range", of: "198.51.100.0/24" },
      { audit: "session/banned", device },
      { audit: "session/banned", from: "198.51.100.200" },
    ]);
    await api.world.pass(hourMs);
    expect(await begin({ device }, elsewhere)).toMatchObject({ status: 201 });
  });

  it("lists bans page by page, and lifts one", async () => {
    const api = await startApi();
    for (const of of ["id:ann", "id:ben", "id:cleo"])
      await api.call("POST", "/admin/bans", { token, body: { kind: "user", of, minutes: 1 } });
    const listed = await api.call("GET", "/admin/bans?from=1&count=1", { token });
    expect(listed.body).toMatchObject({ bans: [{ kind: "user", of: "id:ben" }], total: 3 });
    const lift = () => api.call("DELETE", "/admin/bans?kind=user&of=id%3Aben", { token });
    expect(await lift()).toMatchObject({ status: 204 });
    expect((await api.call("GET", "/admin/bans", { token })).body.total).toBe(2);
    await api.world.pass(60_000);
    expect(await api.call("DELETE", "/admin/bans?kind=range&of=10.0.0.0%2F8", { token })).toMatchObject({
      status: 404,
      body: { code: "request/not-found" },
    });
    expect((await api.call("GET", "/admin/bans", { token })).body).toEqual({ bans: [], total: 0 });
  });

  it("is told when a ban began, the same by its answer as by the list", async () => {
    const still = world();
    let reads = 0;
    const api = await startApi({ world: { ...still, nowMs: () => still.nowMs() + 7 * reads++ } });
    const body = { kind: "user", of: "x", minutes: 0.02 };
    const { body: answered } = await api.call("POST", "/admin/bans", { token, body });
    expect((await api.call("GET", "/admin/bans", { token })).body.bans).toEqual([answered]);
    expect(Date.parse(answered.until)).toBeGreaterThan(Date.parse(answered.since));
  });

  it.each([
    ["a control character", "%00"],
    ["five thousand characters", "x".repeat(5000)],
  ])("[P7] is told that an id with %s is nobody's, whatever they ask about it", async (_what, id) => {
    const api = await startApi();
    const path = `/admin/users/${id}`;
    for (const [method, where, body] of [
      ["GET", path, undefined],
      ["PUT", `${path}/ban`, { minutes: 5 }],
      ["PUT", `${path}/ban`, { minutes: 0 }],
      ["POST", `${path}/sign-out`, {}],
    ] as const) {
      const asked = await api.call(method, where, { token, ...(body && { body }) });
      expect(asked).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    }
    expect(api.audited).toEqual([]);
  });

  it("signs a user out everywhere", async () => {
    const api = await startApi();
    const { token: session, userId } = await api.guest();
    expect(await api.call("POST", `/admin/users/${userId}/sign-out`, { token })).toMatchObject({
      status: 204,
    });
    expect(await api.call("GET", "/v1/session", { token: session })).toMatchObject({
      status: 401,
      body: { code: "session/revoked" },
    });
    expect(api.audited).toMatchObject([{ audit: "sign out everywhere", userId }]);
  });

  it.each([
    ["no kind", { of: "x", minutes: 1 }],
    ["an unknown kind", { kind: "name", of: "x", minutes: 1 }],
    ["no end", { kind: "user", of: "x" }],
    ["an end that is past", { kind: "user", of: "x", minutes: 0 }],
    ["an end within the same moment", { kind: "user", of: "x", minutes: 1e-9 }],
    ["a range that is none", { kind: "range", of: "10.0.0.0/33", minutes: 1 }],
    ["a device that is none", { kind: "device", of: "short", minutes: 1 }],
    ["control characters in the name", { kind: "user", of: "a\nb", minutes: 1 }],
    ["control characters in the reason", { kind: "user", of: "x", minutes: 1, reason: "a\u001b[1m" }],
    ["a long reason", { kind: "user", of: "x", minutes: 1, reason: "x".repeat(201) }],
  ])("[P7] is told that %s is no ban", async (_what, body) => {
    const api = await startApi();
    const refused = await api.call("POST", "/admin/bans", { token, body });
    expect(refused).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    expect(api.audited).toEqual([]);
  });

  it("[P6] is the only one here, and a client that tries is in the audit, so many a minute and the rest as a number", async () => {
    const api = await startApi();
    const tries = refusalsPerMinuteMax + 5;
    for (let at = 0; at < tries; at++)
      expect(await api.call("GET", "/admin/bans?of=secret", { token: "wrong" })).toMatchObject({
        status: 403,
        body: { code: "request/forbidden" },
      });
    expect(api.audited).toHaveLength(refusalsPerMinuteMax);
    expect(api.audited[0]).toMatchObject({ audit: "request/forbidden", asked: "GET /admin/bans" });
    await api.world.pass(60_000);
    await api.call("GET", "/admin/bans", { token: "wrong" });
    expect(api.audited.at(-1)).toMatchObject({ unsaidBefore: 5 });
  });
});
