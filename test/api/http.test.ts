/** The HTTP side over a real socket, with ports that a test answers. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { addClosingRoutes } from "../../server/api/closing-routes.ts";
import { addHealthRoutes } from "../../server/api/health-routes.ts";
import { type ApiJoin, addPublicRoutes } from "../../server/api/public-routes.ts";
import type { JoinRequest, MatchInfo } from "../../shared/wire/api.ts";

const info: MatchInfo = {
  id: "m1",
  game: "arena",
  tick: 7,
  epoch: 2,
  node: "n",
  seats: { taken: 1, max: 16 },
  startedAt: "2026-01-01T00:00:00.000Z",
};
const reservation = { name: "arena", sessionId: "s", roomId: "m1", processId: "p" };

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(
  join: (request: JoinRequest) => Promise<ApiJoin> = async () => ({
    ok: true,
    response: { reservation, matchId: "m1" },
  }),
  notReady?: string,
) {
  const app = express();
  const failures: string[] = [];
  addHealthRoutes(app, {
    notReady: () => notReady,
    metrics: async () => ({ type: "text/plain", text: "up 1" }),
  });
  addPublicRoutes(app, {
    join,
    matches: () => [info],
    match: async (id) => (id === "moving" ? id : id === info.id ? info : undefined),
    pageDir: tmpdir(),
  });
  addClosingRoutes(app, (message) => failures.push(message));
  server = createServer(app);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = async (path: string) => answer(await fetch(url + path));
  const post = async (path: string, body: string) =>
    answer(
      await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body }),
    );
  return { get, post, failures };
}

async function answer(response: Response) {
  const text = await response.text();
  const type = response.headers.get("content-type")?.split(";")[0];
  return { status: response.status, type, body: type?.endsWith("json") ? JSON.parse(text) : text };
}

describe("api", () => {
  it("lists matches, one match, health, readiness and metrics", async () => {
    const { get } = await serve();
    expect(await get("/v1/matches")).toMatchObject({ status: 200, body: { matches: [info] } });
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
    const { get } = await serve(undefined, "disk full");
    expect(await get("/readyz")).toMatchObject({ status: 503, body: { reason: "disk full" } });
  });

  it("a join gets a reservation, with defaults for what was left out", async () => {
    const asked: JoinRequest[] = [];
    const { post } = await serve(async (request) => {
      asked.push(request);
      return { ok: true, response: { reservation, matchId: "m1" } };
    });
    expect(await post("/v1/matches/join", "{}")).toMatchObject({ status: 200, body: { matchId: "m1" } });
    expect(asked).toEqual([{ game: "arena", name: "player", spectate: false }]);
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
    const { post } = await serve(async () => ({ ok: false, code, detail: "because" }));
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

  it("[P7] what fails inside is logged and answered without its details", async () => {
    const { post, failures } = await serve(async () => {
      throw new Error("secret");
    });
    const answered = await post("/v1/matches/join", "{}");
    expect(answered).toMatchObject({ status: 500, body: { code: "server/failed" } });
    expect(JSON.stringify(answered)).not.toContain("secret");
    expect(failures).toEqual(["a request failed"]);
  });
});
