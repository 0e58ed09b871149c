/** Tickets over HTTP: made once for a key, read, waited for, followed, taken back; one's own and nobody else's. */
import { afterEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServers, startApi } from "./api-server.ts";
import { createTicket, freshKey, roomySeating } from "./queueing.ts";

afterEach(closeApiServers);

async function setUp() {
  const api = await startApi();
  return { api, ann: await api.guest("Ann"), ben: await api.guest() };
}

const isRefusedWith = (status: number, code: string) => ({
  status,
  type: "application/problem+json",
  body: { status, code },
});

/** Puts both into the queue and has them seated. */
async function assigned(api: ApiServer, tokens: readonly string[]) {
  const tickets = await Promise.all(tokens.map((token) => createTicket(api, token)));
  const director = api.world.director(roomySeating());
  director.start();
  await api.world.pass(500);
  return tickets.map(({ body }) => body.id as string);
}

describe("a ticket", () => {
  it("is made once for a key: 201, then 200 with the same", async () => {
    const { api, ann } = await setUp();
    const key = freshKey();
    const first = await createTicket(api, ann.token, { queue: "duel", latencyMs: { eu: 20 } }, key);
    expect(first).toMatchObject({
      status: 201,
      body: {
        state: "waiting",
        queue: "duel",
        players: [{ userId: ann.userId, name: "Ann" }],
        backfill: true,
      },
    });
    await api.world.pass(1000);
    const second = await createTicket(api, ann.token, { latencyMs: { eu: 20 }, queue: "duel" }, key);
    expect(second).toMatchObject({ status: 200, body: { id: first.body.id, search: { waitedMs: 1000 } } });
  });

  it("[P8.3] is made once although two instances are asked at the same moment", async () => {
    const { api, ann } = await setUp();
    const elsewhere = await startApi({ world: api.world });
    const key = freshKey();
    const both = [api, elsewhere].map((each) => createTicket(each, ann.token, undefined, key));
    const [one, other] = await Promise.all(both);
    expect([one!.status, other!.status].sort()).toEqual([200, 201]);
    expect(one!.body.id).toBe(other!.body.id);
  });

  it("of the same key and another body is refused", async () => {
    const { api, ann } = await setUp();
    const key = freshKey();
    await createTicket(api, ann.token, { queue: "duel" }, key);
    const refused = await createTicket(api, ann.token, { queue: "duel", backfill: false }, key);
    expect(refused).toMatchObject(isRefusedWith(422, "ticket/idempotency-conflict"));
  });

  it("of the same key and another user is another one", async () => {
    const { api, ann, ben } = await setUp();
    const key = freshKey();
    const first = await createTicket(api, ann.token, undefined, key);
    const second = await createTicket(api, ben.token, undefined, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.id).not.toBe(second.body.id);
  });

  it("of a player who waits already is refused, and the one that waits is named", async () => {
    const { api, ann } = await setUp();
    const { body } = await createTicket(api, ann.token);
    const refused = await createTicket(api, ann.token);
    expect(refused).toMatchObject(isRefusedWith(409, "ticket/already-waiting"));
    expect(refused.body.ticketId).toBe(body.id);
  });

  it.each([
    ["no key", undefined],
    ["a short key", "short"],
    ["a long key", "x".repeat(201)],
    ["spaces in the key", "a key with spaces"],
  ])("[P7] with %s is refused with what a key is", async (_what, key) => {
    const { api, ann } = await setUp();
    const headers = key === undefined ? {} : { "idempotency-key": key };
    const refused = await api.call("POST", "/v1/tickets", { ...ann, body: { queue: "duel" }, headers });
    expect(refused).toMatchObject(isRefusedWith(400, "request/invalid"));
    expect(refused.body.detail).toContain("Idempotency-Key");
  });

  it.each([
    ["no queue", {}],
    ["an unknown field", { queue: "duel", quueue: 1 }],
    ["a player of the caller's choice", { queue: "duel", players: [{ userId: "guest:other" }] }],
    ["a queue that is no text", { queue: 7 }],
    ["a negative round trip", { queue: "duel", latencyMs: { eu: -1 } }],
    ["a round trip that is no number", { queue: "duel", latencyMs: { eu: "20" } }],
    ["more regions than there can be", { queue: "duel", latencyMs: manyRegions() }],
    ["no role at all", { queue: "duel", roles: [] }],
    ["roles beside a party", { queue: "duel", roles: ["tank"], party: { id: "x", revision: 1 } }],
    ["a party of no revision", { queue: "pairs", party: { id: "x" } }],
  ])("[P7] with %s is refused with the place", async (_what, body) => {
    const { api, ann } = await setUp();
    const refused = await createTicket(api, ann.token, body);
    expect(refused).toMatchObject(isRefusedWith(400, "request/invalid"));
    expect(refused.body.detail).toMatch(/^\w+(\.\w+)*: /);
  });

  it("[P6] of a huge body is refused before it is read", async () => {
    const { api, ann } = await setUp();
    const refused = await createTicket(api, ann.token, { queue: "x".repeat(20_000) });
    expect(refused).toMatchObject(isRefusedWith(413, "request/too-large"));
  });

  it.each([
    ["an unknown queue", { queue: "chess" }, 404, "queue/unknown"],
    ["a mode that the queue has not", { queue: "duel", mode: "ranked" }, 422, "ticket/refused"],
    [
      "only regions that the queue has not",
      { queue: "duel", latencyMs: { mars: 20 } },
      422,
      "ticket/refused",
    ],
    [
      "a party that is not the caller's",
      { queue: "pairs", party: { id: "x", revision: 1 } },
      404,
      "party/unknown",
    ],
  ])("for %s is refused", async (_what, body, status, code) => {
    const { api, ann } = await setUp();
    expect(await createTicket(api, ann.token, body)).toMatchObject(isRefusedWith(status, code));
  });

  it("of another looks like none, whatever is asked of it", async () => {
    const { api, ann, ben } = await setUp();
    const { body } = await createTicket(api, ann.token);
    const paths = [
      `/v1/tickets/${body.id}`,
      `/v1/tickets/${body.id}?waitSeconds=5`,
      `/v1/tickets/${body.id}/events`,
    ];
    for (const path of [...paths, "/v1/tickets/none", "/v1/tickets/duel.none"])
      expect(await api.call("GET", path, ben)).toMatchObject(isRefusedWith(404, "ticket/unknown"));
    const cancelled = await api.call("DELETE", paths[0]!, ben);
    expect(cancelled).toMatchObject(isRefusedWith(404, "ticket/unknown"));
    expect((await api.call("GET", paths[0]!, ann)).body.state).toBe("waiting");
  });

  it("is taken back once, and a second time is no mistake; then the player may queue again", async () => {
    const { api, ann } = await setUp();
    const { body } = await createTicket(api, ann.token);
    const path = `/v1/tickets/${body.id}`;
    expect(await api.call("DELETE", path, ann)).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect(await api.call("DELETE", path, ann)).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect((await createTicket(api, ann.token)).status).toBe(201);
  });

  it("that is assigned has the caller's seat and no other, and is not taken back any more", async () => {
    const { api, ann, ben } = await setUp();
    const [id] = await assigned(api, [ann.token, ben.token]);
    const read = await api.call("GET", `/v1/tickets/${id}`, ann);
    expect(read).toMatchObject({
      status: 200,
      body: {
        state: "assigned",
        assignment: {
          ...{ matchId: "m1", address: "node-1:2567", region: expect.any(String), team: expect.any(Number) },
          reservation: { sessionId: `of ${ann.userId}` },
        },
      },
    });
    expect(JSON.stringify(read.body)).not.toContain(ben.userId);
    const late = await api.call("DELETE", `/v1/tickets/${id}`, ann);
    expect(late).toMatchObject(isRefusedWith(409, "ticket/not-cancellable"));
  });
});

function manyRegions(): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`r${at}`, 20]));
}
