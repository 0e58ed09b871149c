/** Queues, ratings and leaderboards over HTTP, for anybody. */
import { afterEach, describe, expect, it } from "vitest";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { closeApiServers, startApi } from "./api-server.ts";

afterEach(closeApiServers);

/** Ann has won against each of the others, Cat against Dan too. */
async function played() {
  const { call, world } = await startApi();
  const won = (matchId: string, winner: string, loser: string) =>
    recordOutcome(world, {
      ...{ matchId, queue: "duel", names: { [winner]: winner.toUpperCase() } },
      teams: [
        { rank: 1, userIds: [winner] },
        { rank: 2, userIds: [loser] },
      ],
    });
  for (const loser of ["ben", "cat", "dan"]) await won(`ann-${loser}`, "ann", loser);
  await won("cat-dan", "cat", "dan");
  const page = async (query: string) => call("GET", `/v1/leaderboards/duel${query}`);
  return { call, page };
}

describe("ratings", () => {
  it("of a player are those of the queues that were played, with their score", async () => {
    const { call } = await played();
    const { status, body } = await call("GET", "/v1/players/ann");
    expect(status).toBe(200);
    expect(body).toMatchObject({ userId: "ann", ratings: { duel: { matches: 3 } } });
    const { mu, sigma, score } = body.ratings.duel;
    expect(score).toBeCloseTo(mu - 3 * sigma, 6);
    expect(Object.keys(body.ratings)).toEqual(["duel"]);
  });

  it.each(["nobody", "guest%3Ax", "%7Bx%7D", "%00", "a%2Fb"])(
    "of %s, who never played, are none",
    async (id) => {
      const { call } = await played();
      const { status, body } = await call("GET", `/v1/players/${id}`);
      expect({ status, body }).toEqual({
        status: 200,
        body: { userId: decodeURIComponent(id), ratings: {} },
      });
    },
  );
});

describe("a leaderboard", () => {
  it("is in the order of its scores, in pages that fit together", async () => {
    const { page } = await played();
    const all = (await page("")).body.players as {
      userId: string;
      place: number;
      score: number;
      name?: string;
    }[];
    expect(all.map(({ place }) => place)).toEqual([1, 2, 3, 4]);
    expect(all[0]).toMatchObject({ userId: "ann", name: "ANN" });
    expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).toSorted((a, b) => b - a));
    const first = (await page("?count=3")).body.players;
    const rest = (await page("?from=3&count=3")).body.players;
    expect([...first, ...rest]).toEqual(all);
    expect((await page("?from=4")).body.players).toEqual([]);
    expect((await page("?from=9999&count=100")).body.players).toEqual([]);
  });

  it.each(["?from=-1", "?from=10000", "?count=0", "?count=101", "?count=x", "?page=2", "?from=1&from=2"])(
    "[P7] is refused with %s",
    async (query) => {
      const { page } = await played();
      expect(await page(query)).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    },
  );

  it("of an unknown queue is not there; of one that nobody played it is empty", async () => {
    const { call } = await played();
    const unknown = await call("GET", "/v1/leaderboards/chess");
    expect(unknown).toMatchObject({ status: 404, body: { code: "queue/unknown" } });
    expect(await call("GET", "/v1/leaderboards/pairs")).toMatchObject({ status: 200, body: { players: [] } });
  });
});

describe("queues", () => {
  it("say what a match of them is", async () => {
    const { call } = await startApi();
    const { status, body } = await call("GET", "/v1/queues");
    expect(status).toBe(200);
    expect(body.queues).toContainEqual({
      ...{ name: "pairs", game: "arena", teams: 2, teamSize: 2, partySizeMax: 2 },
      regions: ["eu", "us"],
    });
  });
});
