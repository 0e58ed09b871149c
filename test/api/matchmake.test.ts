/** /matchmake: what a client with nothing but the SDK may send reaches the matchmaker, and nothing else does. */
import { afterEach, describe, expect, it } from "vitest";
import { newMatchId } from "../../server/compose/match-process.ts";
import { StoreError } from "../../server/store-error.ts";
import { type MatchmakeRequest, matchId } from "../../shared/wire/matchmake.ts";
import { type Call, closeApiServers, reservation, startApi } from "./api-server.ts";

afterEach(closeApiServers);

const match = "abcdefgh2345";

async function serve() {
  const asked: MatchmakeRequest[] = [];
  const api = await startApi({
    matchmake: async (request) => {
      asked.push(request);
      return { ok: true, reservation };
    },
  });
  return { ...api, asked };
}

describe("the SDK", () => {
  it.each([
    ["joinOrCreate", "arena", { name: "Ada" }, { game: "arena", options: { name: "Ada", spectate: false } }],
    ["create", "arena", { options: { a: [1] } }, { game: "arena", options: { options: { a: [1] } } }],
    ["join", "arena", {}, { game: "arena", options: { spectate: false } }],
    ["joinById", match, { spectate: true }, { matchId: match, options: { spectate: true } }],
    ["reconnect", match, { reconnectionToken: "a_b-C9" }, { matchId: match }],
  ])("asks %s of %s", async (method, target, body, checked) => {
    const { call, asked } = await serve();
    const answered = await call("POST", `/matchmake/${method}/${target}`, { body, token: "a.b-c_d" });
    expect(answered).toMatchObject({ status: 200, type: "application/json", body: reservation });
    expect(asked).toMatchObject([{ method, token: "a.b-c_d", ...checked }]);
  });

  it("may send no body, and what it sends beside what is known goes no further", async () => {
    const { call, asked } = await serve();
    await call("POST", "/matchmake/join/arena");
    await call("POST", "/matchmake/join/arena?seat=3", { body: { seat: 3, auth: { userId: "x" } } });
    const asker = { token: undefined, address: "127.0.0.1" };
    const plain = { method: "join", game: "arena", ...asker, options: { spectate: false } };
    expect(asked).toEqual([plain, plain]);
  });
});

describe("everything else", () => {
  const name64 = "x".repeat(65);
  it.each<[string, string, string, Call, number]>([
    [
      "a method of the matchmaker that is not for clients",
      "POST",
      "/matchmake/query/arena",
      { body: {} },
      400,
    ],
    ["a method of objects", "POST", "/matchmake/toString/arena", { body: {} }, 400],
    ["another spelling", "POST", "/matchmake/JoinOrCreate/arena", { body: {} }, 400],
    ["an unknown game", "POST", "/matchmake/join/chess", { body: {} }, 404],
    ["a match's name that is none", "POST", "/matchmake/joinById/ABC", { body: {} }, 400],
    ["no reconnection token", "POST", `/matchmake/reconnect/${match}`, { body: {} }, 400],
    ["options that are a list", "POST", "/matchmake/join/arena", { body: [] }, 400],
    ["options that are a number", "POST", "/matchmake/join/arena", { body: 7 }, 400],
    ["options of the wrong type", "POST", "/matchmake/join/arena", { body: { spectate: "yes" } }, 400],
    ["a long name", "POST", "/matchmake/join/arena", { body: { name: name64 } }, 400],
    ["no JSON", "POST", "/matchmake/join/arena", { text: "{" }, 400],
    [
      "another type",
      "POST",
      "/matchmake/join/arena",
      { text: "{}", headers: { "content-type": "text/x" } },
      400,
    ],
    ["GET", "GET", "/matchmake/join/arena", {}, 404],
    ["PUT", "PUT", "/matchmake/join/arena", { body: {} }, 404],
    ["a third part", "POST", "/matchmake/join/arena/x", { body: {} }, 404],
    ["a slash at the end", "POST", "/matchmake/join/arena/", { body: {} }, 404],
    ["a capital", "POST", "/Matchmake/join/arena", { body: {} }, 404],
    ["Colyseus' health check", "GET", "/__healthcheck", {}, 404],
  ])("[P6] %s is refused before the matchmaker hears of it", async (_name, method, path, given, status) => {
    const { call, asked, failures } = await serve();
    const answered = await call(method, path, given);
    expect(answered).toMatchObject({ status, type: "application/problem+json", body: { status } });
    expect(asked).toEqual([]);
    expect(failures).toEqual([]);
  });

  it("[P6] says to the SDK, in the one field that it shows, what was wrong", async () => {
    const { call } = await serve();
    const { body } = await call("POST", "/matchmake/join/chess", { body: {} });
    expect(body).toMatchObject({ code: "game/unknown", error: 'game/unknown: no game "chess" here' });
  });

  it("[P6] counts like every other request", async () => {
    const { call } = await startApi({ limits: { address: { burst: 0.5, refillMs: 2000 } } });
    expect(await call("POST", "/matchmake/join/arena")).toMatchObject({
      status: 429,
      body: { code: "rate/limited" },
    });
  });
});

it("[P7] a store that fails is a 503 that does not say where it is", async () => {
  const { call } = await startApi({
    matchmake: async () => {
      throw new StoreError("store/unavailable", "no answer of 10.1.2.3:6379");
    },
  });
  const answered = await call("POST", "/matchmake/create/arena", { body: {} });
  expect(answered).toMatchObject({ status: 503, body: { code: "store/unavailable" } });
  expect(answered.headers.get("retry-after")).toBe("1");
  expect(JSON.stringify(answered.body)).not.toContain("10.1.2.3");
});

it("a match's id is one that the matchmaker is asked for", () => {
  for (let i = 0; i < 200; i++) expect(matchId.safeParse(newMatchId()).success).toBe(true);
});
