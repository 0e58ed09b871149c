/** The typed client against the real API over a socket: what it asks, what it makes of a no, and when it asks again. */
import { afterEach, describe, expect, it } from "vitest";
import { recordOutcome } from "../../server/ratings/outcomes.ts";
import { type ApiAccess, ApiError, fetchMatch, fetchMatches, reserveSeat } from "../../shared/client/api.ts";
import { createParty, joinParty, leaveParty, readParty, readyParty } from "../../shared/client/parties.ts";
import { fetchLeaderboard, fetchQueues, fetchRatings } from "../../shared/client/ratings.ts";
import { beginSession, endSession } from "../../shared/client/sessions.ts";
import { cancelTicket, createTicket, nextTicket, queueForMatch } from "../../shared/client/tickets.ts";
import type { TicketInfo } from "../../shared/wire/tickets.ts";
import { ticketMsMax } from "../matchmaking/world.ts";
import { type ApiOptions, closeApiServers, startApi } from "./api-server.ts";
import { freshKey, roomySeating } from "./queueing.ts";

afterEach(closeApiServers);

/** A server, and a player's access to it that notes its pauses in the place of making them. */
async function setUp(options: ApiOptions = {}) {
  const api = await startApi(options);
  const pausesMs: number[] = [];
  const pause = async (ms: number) => {
    pausesMs.push(ms);
    await api.world.pass(ms);
  };
  const guest: ApiAccess = { url: api.url, pause, chance: () => 0 };
  const { token, userId } = await beginSession(guest, "Ada");
  return { api, pausesMs, guest, userId, access: { ...guest, token } };
}

const thrown = (asking: Promise<unknown>) =>
  asking.then(
    () => expect.unreachable("it must be refused"),
    (error: ApiError) => error,
  );

describe("the client", () => {
  it("begins a session, uses it, and ends it", async () => {
    const { guest, access } = await setUp();
    expect(await reserveSeat(access, { game: "arena" })).toMatchObject({ matchId: "m1", origin: access.url });
    expect(await thrown(reserveSeat(guest, { game: "arena" }))).toMatchObject({
      code: "session/missing",
      status: 401,
    });
    await endSession(access);
    expect(await thrown(reserveSeat(access, { game: "arena" }))).toMatchObject({ code: "session/revoked" });
  });

  it("reads matches, queues, ratings and leaderboards", async () => {
    const { api, guest } = await setUp();
    expect((await fetchMatches(guest)).map(({ id }) => id)).toEqual(["m1"]);
    expect(await fetchMatch(guest, "m1")).toMatchObject({ id: "m1", epoch: 2 });
    expect((await fetchQueues(guest)).map(({ name }) => name)).toEqual(["duel", "pairs"]);
    const teams = ["a/b", "c"].map((userId, at) => ({ rank: at + 1, userIds: [userId] }));
    await recordOutcome(api.world, { matchId: "m", queue: "duel", teams });
    expect(await fetchRatings(guest, "a/b")).toMatchObject({
      userId: "a/b",
      ratings: { duel: { matches: 1 } },
    });
    const page = await fetchLeaderboard(guest, "duel", { from: 1, count: 1 });
    expect(page.players).toMatchObject([{ place: 2, userId: "c" }]);
  });

  it("founds, joins, agrees on and leaves a party", async () => {
    const { api, guest, access } = await setUp();
    const friend = { ...guest, token: (await api.guest()).token };
    const { invite } = await createParty(access);
    const { id, revision } = await joinParty(friend, invite);
    const agreed = await readyParty(friend, id, { revision });
    expect(agreed.members.map(({ ready }) => ready)).toEqual([false, true]);
    await leaveParty(friend, id);
    expect((await readParty(access, id)).members).toHaveLength(1);
    expect(await thrown(readParty(friend, id))).toMatchObject({ code: "party/unknown", status: 404 });
  });

  it("[P6] comes back after a 429 when Retry-After says so, and is let in", async () => {
    const { access, pausesMs } = await setUp({ limits: { user: { burst: 1, refillMs: 2000 } } });
    await createParty(access);
    await createParty(access);
    expect(pausesMs).toEqual([2000]);
  });

  it("[P6] comes back after a 503 when Retry-After says so, and gives up after some times", async () => {
    let asked = 0;
    const { guest, pausesMs } = await setUp({
      match: async () => (++asked < 3 ? "moving" : undefined),
    });
    expect(await thrown(fetchMatch(guest, "m1"))).toMatchObject({ code: "match/unknown" });
    expect(pausesMs).toEqual([1000, 1000]);
    asked = -100;
    const patient = thrown(fetchMatch({ ...guest, attemptsMax: 4 }, "m1"));
    expect(await patient).toMatchObject({ code: "match/moving", status: 503, retryAfterMs: 1000 });
    expect(pausesMs).toHaveLength(5);
  });

  it("asks the next instance when one is gone, and the ticket is there", async () => {
    const { api, access } = await setUp();
    const gone = "http://127.0.0.1:9";
    const ticket = await createTicket({ ...access, url: [gone, api.url] }, { queue: "duel" }, freshKey());
    expect(ticket).toMatchObject({ state: "waiting", origin: api.url });
  });

  it("stops waiting when it is told to, at once and without another try", async () => {
    const { api, access, pausesMs } = await setUp();
    const ticket = await createTicket(access, { queue: "duel" }, freshKey());
    const stop = new AbortController();
    const waiting = thrown(nextTicket(access, ticket, { signal: stop.signal }));
    await api.waiting(1);
    stop.abort();
    expect(await waiting).toBeInstanceOf(ApiError);
    expect(pausesMs).toEqual([]);
    await api.waiting(0);
  });
});

describe("queueing for a match", () => {
  it("ends with the seat, and shows every state on the way", async () => {
    const { api, access, guest, userId } = await setUp();
    const other = { ...guest, token: (await api.guest()).token };
    const shown: TicketInfo["state"][] = [];
    const queueing = queueForMatch(access, { queue: "duel" }, { onTicket: ({ state }) => shown.push(state) });
    await api.waiting(1);
    await createTicket(other, { queue: "duel" }, freshKey());
    api.world.director(roomySeating()).start();
    await api.world.pass(500);
    expect(await queueing).toMatchObject({
      kind: "assigned",
      assignment: { matchId: "m1", reservation: { sessionId: `of ${userId}` } },
      origin: api.url,
    });
    expect([shown[0], shown.at(-1)]).toEqual(["waiting", "assigned"]);
  });

  it("that the player breaks off takes the ticket back", async () => {
    const { api, access } = await setUp();
    const stop = new AbortController();
    let ticket: TicketInfo | undefined;
    const queueing = queueForMatch(
      access,
      { queue: "duel" },
      {
        signal: stop.signal,
        onTicket: (each) => {
          ticket = each;
        },
      },
    );
    await api.waiting(1);
    stop.abort();
    expect(await queueing).toEqual({ kind: "cancelled" });
    expect(await cancelTicket(access, ticket!.id)).toMatchObject({ state: "cancelled" });
  });

  it("that the player breaks off too late ends with the seat all the same", async () => {
    const { api, access, guest } = await setUp();
    const other = { ...guest, token: (await api.guest()).token };
    const stop = new AbortController();
    api.world.director(roomySeating()).start();
    const onTicket = ({ state }: TicketInfo) => {
      if (state !== "waiting" || stop.signal.aborted) return;
      stop.abort();
    };
    await createTicket(other, { queue: "duel" }, freshKey());
    const late: ApiAccess = {
      ...access,
      // Between the player's cancelling and the server's hearing of it both are seated.
      fetch: async (input, init) => {
        if (init?.method === "DELETE") await api.world.pass(500);
        return fetch(input, init);
      },
    };
    const queueing = queueForMatch(late, { queue: "duel" }, { signal: stop.signal, onTicket });
    expect(await queueing).toMatchObject({ kind: "assigned", assignment: { matchId: "m1" } });
  });

  it("that nobody joins ends with the ticket's time", async () => {
    const { api, access } = await setUp();
    api.world.director(roomySeating()).start();
    const queueing = queueForMatch(access, { queue: "duel" }, { waitSeconds: 60 });
    await api.waiting(1);
    // The session lasts longer than the ticket; each question is answered before the clock moves on.
    const over = queueing.then(() => true);
    for (let isOver = false; !isOver; ) {
      await api.waiting(1);
      await api.world.pass(ticketMsMax / 15);
      isOver = await Promise.race([over, api.waiting(1).then(() => false)]);
    }
    expect(await queueing).toEqual({ kind: "expired" });
  });
});
