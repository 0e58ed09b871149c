/** Waiting for a ticket over HTTP: long polls and server-sent events, how they end, and how many there may be. */
import { afterEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServers, startApi } from "./api-server.ts";
import { createTicket, roomySeating } from "./queueing.ts";

/** Requests of one user; as in serve-route.ts. */
const waitingMax = 16;

afterEach(closeApiServers);

async function queued(options: Parameters<typeof startApi>[0] = {}) {
  const api = await startApi(options);
  const ann = await api.guest();
  const { body } = await createTicket(api, ann.token);
  const ask = (query: string) => api.call("GET", `/v1/tickets/${body.id}${query}`, ann);
  return { api, ann, ticket: body, ask };
}

/** The events of a stream as they come, until it ends. */
async function* eventsOf(response: Response) {
  const text = response.body!.pipeThrough(new TextDecoderStream());
  let unread = "";
  for await (const chunk of text) {
    unread += chunk;
    for (let end = unread.indexOf("\n\n"); end >= 0; end = unread.indexOf("\n\n")) {
      const [event, data] = unread.slice(0, end).split("\n") as [string, string];
      unread = unread.slice(end + 2);
      yield { event, ticket: JSON.parse(data.slice("data: ".length)) };
    }
  }
}

const follow = ({ url }: ApiServer, id: string, token: string, signal?: AbortSignal) =>
  fetch(`${url}/v1/tickets/${id}/events`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal !== undefined && { signal }),
  });

describe("a question that waits", () => {
  it("is answered at the change", async () => {
    const { api, ask, ticket, ann } = await queued();
    const asked = ask("?waitSeconds=30");
    await api.waiting(1);
    await api.call("DELETE", `/v1/tickets/${ticket.id}`, ann);
    expect(await asked).toMatchObject({ status: 200, body: { state: "cancelled" } });
    await api.waiting(0);
  });

  it("[P8] is answered at the change although another instance made it", async () => {
    const { api, ask, ticket, ann } = await queued();
    const elsewhere = await startApi({ world: api.world });
    const asked = ask("?waitSeconds=30");
    await api.waiting(1);
    await elsewhere.call("DELETE", `/v1/tickets/${ticket.id}`, ann);
    expect((await asked).body.state).toBe("cancelled");
  });

  it("is answered with the ticket as it is when its time is over", async () => {
    const { api, ask, ticket } = await queued();
    const asked = ask("?waitSeconds=30");
    await api.waiting(1);
    await api.world.pass(30_000);
    const { version } = ticket;
    expect(await asked).toMatchObject({
      status: 200,
      body: { state: "waiting", version, search: { waitedMs: 30_000 } },
    });
  });

  it("is answered at once when the caller knows an older version, and when it waits for nothing", async () => {
    const { ask, ticket } = await queued();
    expect((await ask(`?waitSeconds=30&known=${ticket.version - 1}`)).body.version).toBe(ticket.version);
    expect((await ask("?waitSeconds=0")).status).toBe(200);
    expect((await ask("")).status).toBe(200);
  });

  it("waits when the caller knows the version, and not when the ticket has ended", async () => {
    const { api, ask, ticket, ann } = await queued();
    const asked = ask(`?waitSeconds=30&known=${ticket.version}`);
    await api.waiting(1);
    const { body } = await api.call("DELETE", `/v1/tickets/${ticket.id}`, ann);
    expect((await asked).body.version).toBe(body.version);
    expect((await ask(`?waitSeconds=30&known=${body.version}`)).body.state).toBe("cancelled");
  });

  it.each([
    "?waitSeconds=61",
    "?waitSeconds=-1",
    "?waitSeconds=1.5",
    "?waitSeconds=",
    "?waitSeconds=1&waitSeconds=2",
    "?known=x",
    "?waitseconds=5",
  ])("[P7] is refused when it asks with %s", async (query) => {
    const { ask } = await queued();
    expect(await ask(query)).toMatchObject({ status: 400, body: { code: "request/invalid" } });
  });

  it("[P6] has its limit for one user, and who hung up waits no longer", async () => {
    const { api, ann, ticket, ask } = await queued();
    const hangUp = new AbortController();
    const init = { headers: { authorization: `Bearer ${ann.token}` }, signal: hangUp.signal };
    const path = `${api.url}/v1/tickets/${ticket.id}?waitSeconds=30`;
    const asked = Array.from({ length: waitingMax }, () => fetch(path, init).catch(() => "hung up"));
    await api.waiting(waitingMax);
    const refused = await ask("?waitSeconds=30");
    expect(refused).toMatchObject({ status: 503, body: { code: "request/too-many-wait" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await api.call("GET", "/v1/session", ann)).status).toBe(200);
    hangUp.abort();
    await Promise.all(asked);
    await api.waiting(0);
    expect((await ask("?waitSeconds=0")).status).toBe(200);
  });
});

describe("events", () => {
  it("tell of a ticket from its first state to its last, and end", async () => {
    const { api, ticket, ann } = await queued();
    const response = await follow(api, ticket.id, ann.token);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-cache");
    const events = eventsOf(response);
    expect((await events.next()).value).toMatchObject({
      event: "event: ticket",
      ticket: { state: "waiting" },
    });
    await api.waiting(1);
    await createTicket(api, (await api.guest()).token);
    api.world.director(roomySeating()).start();
    await api.world.pass(500);
    const rest = await Array.fromAsync(events, (each) => each.ticket);
    expect(rest.at(-1)).toMatchObject({ state: "assigned", assignment: { matchId: "m1" } });
    for (const { state } of rest.slice(0, -1)) expect(state).toBe("proposed");
    await api.waiting(0);
  });

  it("[P8] tell of each state once, also when something beside the ticket changes, or others ask for it", async () => {
    const { api, ticket, ann, ask } = await queued();
    const events = eventsOf(await follow(api, ticket.id, ann.token));
    const first = (await events.next()).value!.ticket;
    await api.waiting(1);
    await ask("");
    await createTicket(api, (await api.guest()).token);
    // As near to the next word without news as may be.
    await api.world.pass(14_000);
    await ask("");
    await api.call("DELETE", `/v1/tickets/${ticket.id}`, ann);
    const rest = await Array.fromAsync(events, (each) => each.ticket);
    expect([first, ...rest].map(({ state }) => state)).toEqual(["waiting", "cancelled"]);
    expect(rest[0].version).toBeGreaterThan(first.version);
  });

  it("come also without news, so that the caller sees how far is looked by now", async () => {
    const { api, ticket, ann } = await queued();
    const hangUp = new AbortController();
    const events = eventsOf(await follow(api, ticket.id, ann.token, hangUp.signal));
    await events.next();
    await api.waiting(1);
    await api.world.pass(15_000);
    expect((await events.next()).value).toMatchObject({
      ticket: { state: "waiting", search: { waitedMs: 15_000 } },
    });
    hangUp.abort();
    await api.waiting(0);
  });

  it("[P6] stop for a caller who hung up before their question was let in", async () => {
    const letIn = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    let isHeld = false;
    const { api, ticket, ann } = await queued({
      takeOne: async () => {
        if (isHeld) asked.resolve();
        if (isHeld) await letIn.promise;
        return { ok: true };
      },
    });
    isHeld = true;
    const hangUp = new AbortController();
    const following = follow(api, ticket.id, ann.token, hangUp.signal).catch(() => "hung up");
    await asked.promise;
    hangUp.abort();
    expect(await following).toBe("hung up");
    await api.disconnected();
    isHeld = false;
    letIn.resolve();
    await api.call("GET", "/v1/session", ann);
    await api.waiting(0);
    expect(api.failures).toEqual([]);
  });
});
