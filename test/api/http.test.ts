/** Matches, health and what is refused, over a real socket, with ports that a test answers. */
import { afterEach, describe, expect, it } from "vitest";
import { StoreError } from "../../server/store-error.ts";
import type { JoinRequest } from "../../shared/wire/api.ts";
import { rawClient } from "../room/raw-client.ts";
import { type ApiOptions, closeApiServers, info, reservation, startApi } from "./api-server.ts";

afterEach(closeApiServers);

async function serve(options: ApiOptions = {}) {
  const { call, guest, failures, failureDetails } = await startApi(options);
  const { token } = await guest();
  return {
    get: (path: string) => call("GET", path),
    post: (path: string, text: string) => call("POST", path, { token, text }),
    failures,
    failureDetails,
  };
}

describe("api", () => {
  it("lists matches, one match, health, readiness and metrics", async () => {
    const { get } = await serve();
    expect(await get("/v1/matches")).toMatchObject({ status: 200, body: { matches: [info] } });
    expect((await get("/v1/games")).body).toMatchObject({
      games: [
        {
          ...{ name: "arena", tickRate: 30, seats: { min: 1, max: 16 } },
          input: { moveX: { min: -127, max: 127 }, moveY: {}, aim: { min: 0, max: 65535 }, buttons: {} },
          commands: { "choose-weapon": { properties: { weapon: { enum: ["blaster", "rail"] } } } },
        },
        { name: "hands", input: {}, own: "own", commands: { play: { required: ["card"] }, draw: {} } },
      ],
    });
    expect(await get("/v1/matches/m1")).toMatchObject({ status: 200, body: info });
    expect(await get("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await get("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
    expect(await get("/metrics")).toMatchObject({ status: 200, type: "text/plain", body: "up 1" });
  });

  it("a match between two owners is 503: it is not gone, ask again", async () => {
    const { get } = await serve();
    expect(await get("/v1/matches/moving")).toMatchObject({ status: 503, body: { code: "match/moving" } });
    expect(await get("/v1/matches/other")).toMatchObject({ status: 404, body: { code: "match/unknown" } });
  });

  it("is not ready while the store does not take writes, and says why", async () => {
    const { get } = await serve({ notReady: "disk full" });
    expect(await get("/readyz")).toMatchObject({ status: 503, body: { reason: "disk full" } });
  });

  it("a join gets a reservation, with defaults for what was left out", async () => {
    const asked: JoinRequest[] = [];
    const { post } = await serve({
      join: async (request) => {
        asked.push(request);
        return { ok: true, response: { reservation, matchId: "m1" } };
      },
    });
    expect(await post("/v1/matches/join", "{}")).toMatchObject({ status: 200, body: { matchId: "m1" } });
    expect(asked).toEqual([{ game: "arena", spectate: false }]);
  });

  it.each([
    ["no JSON", "{bad", 400, "request/invalid"],
    ["a wrong type", '{"name":7}', 400, "request/invalid"],
    ["an unknown field", '{"nmae":"Ada"}', 400, "request/invalid"],
    ["a long name", JSON.stringify({ name: "x".repeat(65) }), 400, "request/invalid"],
    ["no object", "[]", 400, "request/invalid"],
    ["a huge body", JSON.stringify({ name: "x".repeat(20_000) }), 413, "request/too-large"],
  ])("[P7] %s is refused as problem+json with a code", async (_name, body, status, code) => {
    const { post } = await serve();
    const answered = await post("/v1/matches/join", body);
    expect(answered).toMatchObject({ status, type: "application/problem+json", body: { status, code } });
    expect(answered.body.detail.length).toBeGreaterThan(5);
  });

  it.each([
    ["seat/full", 409],
    ["match/unknown", 404],
    ["game/unknown", 404],
    ["match/too-many", 503],
  ] as const)("[P7] a join that is refused with %s has status %i", async (code, status) => {
    const { post } = await serve({ join: async () => ({ ok: false, code, detail: "because" }) });
    expect(await post("/v1/matches/join", "{}")).toMatchObject({ status, body: { code, detail: "because" } });
  });

  it("[P7] an unknown match, route and method are not found, each with a code", async () => {
    const { get, post } = await serve();
    expect(await get("/v1/matches/m2")).toMatchObject({ status: 404, body: { code: "match/unknown" } });
    expect(await get("/v1/nothing")).toMatchObject({ status: 404, body: { code: "request/not-found" } });
    expect(await post("/v1/matches", "{}")).toMatchObject({
      status: 404,
      body: { code: "request/not-found" },
    });
    expect(await get("/nothing")).toMatchObject({ status: 404, body: { code: "request/not-found" } });
  });

  it.each([
    ["an address that is not encoded as one", "/v1/matches/%E0%A4%A", {}, 400, "request/invalid"],
    [
      "a body in a coding that nobody reads",
      "/v1/sessions",
      { "content-encoding": "rot13" },
      400,
      "request/invalid",
    ],
    [
      "a body in a character set of its own",
      "/v1/sessions",
      { "content-type": "application/json; charset=x" },
      400,
      "request/invalid",
    ],
  ] as const)(
    "[P7] %s is the caller's mistake: refused, and nothing for the log",
    async (_name, path, headers, status, code) => {
      const { call, failures } = await startApi();
      const answered = await call("POST", path, { text: "{}", headers });
      expect(answered).toMatchObject({ status, type: "application/problem+json", body: { status, code } });
      expect(failures).toEqual([]);
    },
  );

  it.each(["store/unavailable", "store/full", "store/contended"] as const)(
    "[P7] %s is a 503 with Retry-After and no line per request in the log",
    async (code) => {
      const { call, failures } = await startApi({
        match: async () => {
          throw new StoreError(code, "no answer of 10.1.2.3:6379");
        },
      });
      const answered = await call("GET", "/v1/matches/m1");
      expect(answered).toMatchObject({ status: 503, body: { code } });
      expect(answered.body.detail).toMatch(/ask again$/);
      expect(JSON.stringify(answered.body)).not.toContain("10.1.2.3");
      expect(answered.headers.get("retry-after")).toBe("1");
      expect(failures).toEqual([]);
    },
  );

  it.each(["OPTIONS *", "GET *", "GET http://x/%zz", "GET //", "OPTIONS /"])(
    "[P7] a request for %s has an answer without a stack, and nothing failed",
    async (asked) => {
      const { url, failures } = await startApi();
      const head = `${asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      const answer = await rawClient(Number(new URL(url).port), head).ended;
      expect(answer).toMatch(/^HTTP\/1.1 [24]\d\d /);
      expect(answer).not.toContain(".ts:");
      expect(failures).toEqual([]);
    },
  );

  it("[P7] what fails inside is logged and answered without its details, both under one id", async () => {
    const { post, failures, failureDetails } = await serve({
      join: async () => {
        throw new Error("secret");
      },
    });
    const answered = await post("/v1/matches/join", "{}");
    expect(answered).toMatchObject({ status: 500, body: { code: "server/failed" } });
    expect(JSON.stringify(answered)).not.toContain("secret");
    expect(failures).toEqual(["a request failed"]);
    expect(answered.body.instance).toMatch(/^urn:uuid:/);
    expect(failureDetails).toMatchObject([{ failure: answered.body.instance.slice("urn:uuid:".length) }]);
  });
});
