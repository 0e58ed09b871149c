/** The API client against answers of every kind: what it returns, what it throws, when it asks again. */
import { expect, test } from "vitest";
import { ApiError, fetchMatch, fetchMatches, reserveSeat } from "../../shared/client/api.ts";

type Answer = { status: number; body: string; retryAfter?: string } | "refused";

/** A fetch that gives these answers in order, and notes what was asked and how long was waited. */
function scripted(answers: Answer[]) {
  const asked: string[] = [];
  const hosts: string[] = [];
  const pausesMs: number[] = [];
  const fakeFetch = async (url: URL, init: RequestInit) => {
    asked.push(`${init.method} ${url.pathname} ${init.body ?? ""}`.trim());
    hosts.push(url.hostname);
    const answer = answers.shift();
    if (!answer || answer === "refused") throw new TypeError("fetch failed");
    const headers: HeadersInit = answer.retryAfter === undefined ? {} : { "retry-after": answer.retryAfter };
    return new Response(answer.body, { status: answer.status, headers });
  };
  const pause = async (ms: number) => void pausesMs.push(ms);
  const access = { url: "http://server.test", fetch: fakeFetch as typeof fetch, pause, attemptsMax: 3 };
  return { access, asked, hosts, pausesMs };
}

const problem = (status: number, code: string) => ({
  status,
  body: JSON.stringify({ type: "about:blank", title: "No", status, code, detail: "because" }),
});

test("a seat is asked for with the whole request and answered with the reservation", async () => {
  const body = JSON.stringify({
    matchId: "m1",
    reservation: { name: "arena", roomId: "m1", sessionId: "s" },
  });
  const { access, asked } = scripted([{ status: 200, body }]);
  const answer = await reserveSeat(access, { game: "arena", name: "Ada" });
  expect(answer.matchId).toBe("m1");
  expect(asked).toEqual(['POST /v1/matches/join {"game":"arena","name":"Ada"}']);
});

test.each([
  ["http://server.test", "/v1/matches"],
  ["http://server.test/", "/v1/matches"],
  ["http://server.test/game", "/game/v1/matches"],
  ["http://server.test/a/b/?x=1#y", "/a/b/v1/matches"],
])("of a server at %s the routes are under its path", async (url, path) => {
  const { access, asked } = scripted([{ status: 200, body: '{"matches":[]}' }]);
  await fetchMatches({ ...access, url });
  expect(asked).toEqual([`GET ${path}`]);
});

test("a problem is thrown with its code, status and detail, and not asked again", async () => {
  const { access, asked } = scripted([problem(404, "store/unknown-match")]);
  const error = await fetchMatch(access, "a/b").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ code: "store/unknown-match", status: 404, message: "No: because" });
  expect(asked).toEqual(["GET /v1/matches/a%2Fb"]);
});

test("a server that is just starting is asked again, with growing pauses", async () => {
  const answers: Answer[] = [
    "refused",
    problem(503, "store/unavailable"),
    { status: 200, body: '{"matches":[]}' },
  ];
  const { access, asked, pausesMs } = scripted(answers);
  expect(await fetchMatches(access)).toEqual([]);
  expect(asked).toHaveLength(3);
  expect(pausesMs).toEqual([100, 200]);
});

test("[P6] the attempts are bounded", async () => {
  const { access, asked } = scripted(["refused", "refused", "refused", "refused"]);
  await expect(fetchMatches(access)).rejects.toMatchObject({ code: "api/unreachable", status: 0 });
  expect(asked).toHaveLength(3);
});

test("[P7] an answer in another shape is an error that says so, never a half-read value", async () => {
  const notJson = scripted([{ status: 200, body: "<html>" }]);
  await expect(fetchMatches(notJson.access)).rejects.toMatchObject({ code: "api/unexpected-answer" });
  const noProblem = scripted([{ status: 400, body: "{}" }]);
  await expect(fetchMatches(noProblem.access)).rejects.toMatchObject({
    code: "api/unexpected-answer",
    status: 400,
  });
});

test("of several origins the next is asked at once, and a pause is made when none answered", async () => {
  const answers: Answer[] = [
    "refused",
    problem(502, "server/failed"),
    "refused",
    { status: 200, body: '{"id":"m1"}' },
  ];
  const { access, hosts, pausesMs } = scripted(answers);
  const found = await fetchMatch({ ...access, url: ["http://a.test", "http://b.test"] }, "m1");
  expect(hosts).toEqual(["a.test", "b.test", "a.test", "b.test"]);
  expect(pausesMs).toEqual([100]);
  expect(found).toEqual({ id: "m1", origin: "http://b.test" });
});

test("[P6] of several origins each is asked a bounded number of times", async () => {
  const { access, hosts } = scripted([]);
  const url = ["http://a.test", "http://b.test"];
  await expect(fetchMatches({ ...access, url })).rejects.toMatchObject({ code: "api/unreachable" });
  expect(hosts).toHaveLength(6);
});

test("[P6] a server that says when to come back is asked then, and within limits", async () => {
  const full = (retryAfter: string) => ({ ...problem(503, "fleet/no-room"), retryAfter });
  const { access, pausesMs } = scripted([full("1"), full("3600"), { status: 200, body: '{"matches":[]}' }]);
  await fetchMatches({ ...access, chance: () => 0.5 });
  expect(pausesMs).toEqual([1125, 5625]);
  const dated = scripted([full("Wed, 21 Oct 2026 07:28:00 GMT"), { status: 200, body: '{"matches":[]}' }]);
  await fetchMatches(dated.access);
  expect(dated.pausesMs).toEqual([100]);
});

test.each(["node/full", "fleet/no-room", "match/too-many"])(
  "%s is told as such when it lasts",
  async (code) => {
    const { access, asked } = scripted(Array.from({ length: 3 }, () => problem(503, code)));
    const joining = reserveSeat(access, { game: "arena", name: "Ada" });
    await expect(joining).rejects.toMatchObject({ name: "ApiError", code, status: 503 });
    expect(asked).toHaveLength(3);
  },
);
