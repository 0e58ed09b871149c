/** Parties over HTTP: founded, joined by invite, agreed on, queued as one, left; never in two halves. */
import { afterEach, describe, expect, it } from "vitest";
import { readTicket } from "../../server/matchmaking/tickets/tickets.ts";
import { type ApiServer, closeApiServers, startApi } from "./api-server.ts";
import { createTicket, freshKey, roomySeating } from "./queueing.ts";

type Guest = Awaited<ReturnType<ApiServer["guest"]>>;

afterEach(closeApiServers);

/** Ann's party, with Ben in it. */
async function partyOfTwo() {
  const api = await startApi();
  const [ann, ben] = [await api.guest("Ann"), await api.guest("Ben")];
  const founded = await api.call("POST", "/v1/parties", ann);
  const joined = await join(api, ben, founded.body.invite);
  return { api, ann, ben, founded, joined, party: joined.body };
}

const join = ({ call }: ApiServer, { token }: Guest, invite: string) =>
  call("POST", "/v1/parties/join", { token, body: { invite } });

const ready = (
  { call }: ApiServer,
  { token }: Guest,
  party: { id: string; revision: number },
  more: object = {},
) => call("PUT", `/v1/parties/${party.id}/ready`, { token, body: { revision: party.revision, ...more } });

/** Queues a party that agreed. */
async function queued({ api, ann, ben, party }: Awaited<ReturnType<typeof partyOfTwo>>, key = freshKey()) {
  for (const member of [ann, ben]) await ready(api, member, party);
  return createTicket(
    api,
    ann.token,
    { queue: "pairs", party: { id: party.id, revision: party.revision } },
    key,
  );
}

describe("a party", () => {
  it("[P6] costs little to found, so a user founds six at once and is then told when the next one may be", async () => {
    const api = await startApi();
    const [ann, ben] = [await api.guest("Ann"), await api.guest("Ben")];
    for (let at = 0; at < 6; at++) expect((await api.call("POST", "/v1/parties", ann)).status).toBe(201);
    const refused = await api.call("POST", "/v1/parties", ann);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate/limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(30);
    expect((await api.call("POST", "/v1/parties", ben)).status).toBe(201);
  });

  it("is founded, joined by its invite in any case of letters, and read by its members alone", async () => {
    const { api, ann, ben, founded, joined } = await partyOfTwo();
    expect(founded).toMatchObject({ status: 201, body: { revision: 1, leader: ann.userId } });
    expect(joined).toMatchObject({
      status: 200,
      body: { id: founded.body.id, revision: 2, leader: ann.userId },
    });
    const members = [
      { userId: ann.userId, name: "Ann", ready: false, latencyMs: {} },
      { userId: ben.userId, name: "Ben", ready: false, latencyMs: {} },
    ];
    expect((await api.call("GET", `/v1/parties/${founded.body.id}`, ben)).body.members).toEqual(members);
    const cat = await api.guest();
    const refused = { status: 404, body: { code: "party/unknown" } };
    expect(await api.call("GET", `/v1/parties/${founded.body.id}`, cat)).toMatchObject(refused);
    expect(await ready(api, cat, joined.body)).toMatchObject(refused);
    expect(await api.call("DELETE", `/v1/parties/${founded.body.id}/membership`, cat)).toMatchObject(refused);
    expect((await join(api, cat, founded.body.invite.toUpperCase())).status).toBe(200);
  });

  it("lets nobody in by another invite, nor by half of it", async () => {
    const { api, founded } = await partyOfTwo();
    const cat = await api.guest();
    const { id, invite } = founded.body;
    for (const wrong of [id, `${id}-`, `${id}-wrong1`, `x${invite}`, `${invite}-x`, "-", "__proto__", "{}"])
      expect(await join(api, cat, wrong)).toMatchObject({
        status: 404,
        body: { code: "party/wrong-invite" },
      });
    const malformed = [{}, { invite: "" }, { invite: 7 }, { invite, more: 1 }, { invite: "x".repeat(65) }];
    for (const body of malformed) {
      const refused = await api.call("POST", "/v1/parties/join", { ...cat, body });
      expect(refused).toMatchObject({ status: 400, body: { code: "request/invalid" } });
    }
  });

  it("joined twice by one is joined once, and agreement is to the party as one saw it", async () => {
    const { api, ann, ben, party, founded } = await partyOfTwo();
    expect((await join(api, ben, founded.body.invite)).body.revision).toBe(2);
    const stale = await ready(api, ann, { id: party.id, revision: 1 });
    expect(stale).toMatchObject({ status: 409, body: { code: "party/changed" } });
    const agreed = await ready(api, ann, party, { roles: ["tank"], latencyMs: { eu: 20 } });
    expect(agreed.body.members[0]).toMatchObject({ ready: true, roles: ["tank"], latencyMs: { eu: 20 } });
    await join(api, await api.guest(), founded.body.invite);
    const after = await api.call("GET", `/v1/parties/${party.id}`, ann);
    expect(after.body.members.map((member: { ready: boolean }) => member.ready)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it.each([
    ["no revision", {}],
    ["an unknown field", { revision: 2, redy: true }],
    ["a wrong type", { revision: 2, ready: "yes" }],
  ])("[P7] an agreement with %s is refused", async (_what, body) => {
    const { api, ann, party } = await partyOfTwo();
    const refused = await api.call("PUT", `/v1/parties/${party.id}/ready`, { ...ann, body });
    expect(refused).toMatchObject({ status: 400, body: { code: "request/invalid" } });
  });

  it("[P6] is full at sixteen", async () => {
    const { api, founded } = await partyOfTwo();
    for (let members = 3; members <= 16; members++)
      expect((await join(api, await api.guest(), founded.body.invite)).status).toBe(200);
    const refused = await join(api, await api.guest(), founded.body.invite);
    expect(refused).toMatchObject({ status: 409, body: { code: "party/full" } });
  });
});

describe("a party in a queue", () => {
  it("is one ticket of all, which each of them may read; nobody joins it meanwhile", async () => {
    const two = await partyOfTwo();
    const { api, ann, ben, founded, party } = two;
    const { status, body } = await queued(two);
    expect(status).toBe(201);
    expect(body).toMatchObject({ partyId: party.id, players: [{ name: "Ann" }, { name: "Ben" }] });
    for (const member of [ann, ben])
      expect((await api.call("GET", `/v1/tickets/${body.id}`, member)).body.state).toBe("waiting");
    expect((await api.call("GET", `/v1/parties/${party.id}`, ben)).body.ticketId).toBe(body.id);
    const late = await join(api, await api.guest(), founded.body.invite);
    expect(late).toMatchObject({ status: 409, body: { code: "party/queued" } });
  });

  it("is put there by its leader alone, when all have agreed, once for a key", async () => {
    const two = await partyOfTwo();
    const { api, ann, ben, party } = two;
    const ask = (who: Guest, revision = party.revision) =>
      createTicket(api, who.token, { queue: "pairs", party: { id: party.id, revision } });
    expect(await ask(ben)).toMatchObject({ status: 403, body: { code: "party/not-leader" } });
    const early = await ask(ann);
    expect(early).toMatchObject({ status: 409, body: { code: "party/not-ready" } });
    expect(early.body.detail).toContain(ben.userId);
    expect(await ask(ann, 1)).toMatchObject({ status: 409, body: { code: "party/changed" } });
    const key = freshKey();
    const first = await queued(two, key);
    expect(await queued(two, key)).toMatchObject({ status: 200, body: { id: first.body.id } });
  });

  it("is refused when one of them waits already, and when they share no region", async () => {
    const two = await partyOfTwo();
    const { api, ann, ben, party } = two;
    const alone = await createTicket(api, ben.token, { queue: "pairs" });
    const refused = await queued(two);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "ticket/already-waiting", ticketId: alone.body.id },
    });
    await ready(api, ann, party, { latencyMs: { eu: 20 } });
    await ready(api, ben, party, { latencyMs: { us: 20 } });
    const apart = await createTicket(api, ann.token, {
      queue: "pairs",
      party: { id: party.id, revision: 2 },
    });
    expect(apart).toMatchObject({ status: 422, body: { code: "ticket/refused" } });
  });

  it("is taken back by any member, and by one who leaves; the next leads", async () => {
    const two = await partyOfTwo();
    const { api, ann, ben, party } = two;
    const first = await queued(two);
    expect((await api.call("DELETE", `/v1/tickets/${first.body.id}`, ben)).body.state).toBe("cancelled");
    const second = await queued(two);
    expect(second.status).toBe(201);
    const left = await api.call("DELETE", `/v1/parties/${party.id}/membership`, ann);
    expect(left).toMatchObject({ status: 204, body: "" });
    expect((await api.call("GET", `/v1/tickets/${second.body.id}`, ben)).body.state).toBe("cancelled");
    const after = await api.call("GET", `/v1/parties/${party.id}`, ben);
    expect(after.body).toMatchObject({ leader: ben.userId, members: [{ userId: ben.userId, ready: false }] });
    expect((await api.call("GET", `/v1/parties/${party.id}`, ann)).status).toBe(404);
  });

  it("[P8.8] is never split: both are on one side, against two others", async () => {
    const two = await partyOfTwo();
    const { api, ann, ben } = two;
    const [cat, dan] = [await api.guest(), await api.guest()];
    const singles = await Promise.all(
      [cat, dan].map(({ token }) => createTicket(api, token, { queue: "pairs" })),
    );
    const { body } = await queued(two);
    api.world.director(roomySeating()).start();
    await api.world.pass(500);
    const read = async (id: string, who: Guest) => (await api.call("GET", `/v1/tickets/${id}`, who)).body;
    const sides = await Promise.all([read(body.id, ann), read(body.id, ben)]);
    expect(sides.map(({ state }) => state)).toEqual(["assigned", "assigned"]);
    expect(sides[0].assignment.team).toBe(sides[1].assignment.team);
    expect(sides.map(({ assignment }) => assignment.reservation.sessionId)).toEqual([
      `of ${ann.userId}`,
      `of ${ben.userId}`,
    ]);
    const other = await Promise.all([read(singles[0]!.body.id, cat), read(singles[1]!.body.id, dan)]);
    expect(other[0].assignment.team).toBe(1 - sides[0].assignment.team);
    expect(other[1].assignment.team).toBe(1 - sides[0].assignment.team);
  });
});

it("[P1.16] a profile goes into the ticket of its party, and no member sees another's", async () => {
  const api = await startApi();
  const profile = { rank: 3 };
  const issued = await api.sessions.exchange({ ok: true, userId: "idp:ann", profile }, "Ann");
  if (!issued.ok) throw new Error(issued.detail);
  const [ann, ben] = [{ ...issued, userId: "idp:ann" }, await api.guest("Ben")];
  const founded = await api.call("POST", "/v1/parties", ann);
  const { body: party } = await join(api, ben, founded.body.invite);
  expect(JSON.stringify(party)).not.toContain("rank");
  const { body: ticket } = await queued({ api, ann, ben, founded, joined: party, party });
  expect(JSON.stringify(ticket)).not.toContain("rank");
  const read = await readTicket(api.world, { ticketId: ticket.id, userId: "idp:ann" });
  expect(read.ok && read.ticket.players).toMatchObject([
    { userId: "idp:ann", profile },
    { userId: ben.userId },
  ]);
});
