/** Matches that a queue made, from the outside: whose the seats are, who gets one back, and who gets none. */
import { Client } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ApiError, fetchMatch, reserveSeat } from "../../shared/client/api.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import {
  assignmentOf,
  duel,
  duelQueue,
  leaveAll,
  newQueuer,
  type Queuer,
  type SeatedPlayer,
  seated,
} from "./queueing-players.ts";
import { clientWithSession } from "./sdk-player.ts";
import { endServerChildren, eventually, type ServerChild, startServerChild } from "./server-child.ts";

const directory = temporaryDirectory();
const players: SeatedPlayer[] = [];
let server: ServerChild;

beforeAll(async () => {
  const longer = { options: { durationSeconds: 300, scoreLimit: 1000 } };
  const flags = [...duelQueue(directory.path, longer), "--allowed-origins", "https://game.example"];
  server = await startServerChild({ dataDir: directory.path, flags });
});

afterEach(() => leaveAll(players.splice(0)));

afterAll(async () => {
  await endServerChildren();
  directory.remove();
});

/** Two players of a match that the queue made. */
async function seatedPair() {
  const pair = await duel(server.url);
  players.push(...pair);
  return pair;
}

/** As the player's other device does it. */
async function joinById(player: Queuer, matchId: string): Promise<SeatedPlayer> {
  const { reservation } = await reserveSeat(player, { game: "arena", matchId });
  const back = await seated(player, { reservation });
  players.push(back);
  return back;
}

const reason = (refused: Promise<unknown>) =>
  refused.then(
    () => "let in",
    (error: Error) => error.message,
  );

const clientOf = ({ token }: Queuer): Client => {
  const client = new Client(server.url);
  client.auth.token = token;
  return client;
};

describe("a match that a queue made", () => {
  it("has a seat on their side for each, and nobody else in it", async () => {
    const [ann, ben] = await seatedPair();
    expect([ann.welcome.seat, ben.welcome.seat].toSorted()).toEqual([0, 1]);
    expect(ann.welcome.matchId).toBe(ben.welcome.matchId);
    expect((await fetchMatch({ url: server.url }, ann.room.roomId)).seats.taken).toBe(2);
  });

  it("refuses who has no booking, by the API and by the SDK; they may watch", async () => {
    const [ann] = await seatedPair();
    const matchId = ann.room.roomId;
    const stranger = await newQueuer(server.url);
    const refused = await reserveSeat(stranger, { game: "arena", matchId }).catch((error: ApiError) => error);
    expect(refused).toMatchObject({ code: "match/booked", status: 403 });
    expect(await reason(clientOf(stranger).joinById(matchId))).toContain("match/booked");
    const { reservation } = await reserveSeat(stranger, { game: "arena", matchId, spectate: true });
    const watching = await seated(stranger, { reservation });
    players.push(watching);
    expect(watching.welcome.seat).toBe("spectator");
  });

  it("is never the one that joinOrCreate or a quick join finds", async () => {
    const pair = await seatedPair();
    await pair[1].room.leave();
    const sdk = await (await clientWithSession(server.url)).joinOrCreate("arena");
    const quick = await reserveSeat(await newQueuer(server.url), { game: "arena" });
    expect([sdk.roomId, quick.matchId]).not.toContain(pair[0].room.roomId);
    await sdk.leave();
  });

  it("lets a reservation be used once", async () => {
    const ann = await newQueuer(server.url);
    const [assignment] = await Promise.all([assignmentOf(ann), assignmentOf(await newQueuer(server.url))]);
    players.push(await seated(ann, assignment));
    expect(
      await reason(new Client(server.url).consumeSeatReservation(assignment.reservation as never)),
    ).not.toBe("let in");
    expect((await fetchMatch({ url: server.url }, assignment.matchId)).seats.taken).toBe(1);
  });

  it("gives a player who joins it by id from elsewhere their own seat, and closes the connection before", async () => {
    const [ann] = await seatedPair();
    ann.room.reconnection.enabled = false;
    const back = await joinById(ann, ann.room.roomId);
    expect(back.welcome).toMatchObject({ seat: ann.welcome.seat, matchId: ann.welcome.matchId });
    expect(back.room.sessionId).toBe(ann.room.sessionId);
    await eventually(() => (ann.room.connection.isOpen ? undefined : true), {
      what: "the old connection's end",
    });
    expect((await fetchMatch({ url: server.url }, ann.room.roomId)).seats.taken).toBe(2);
    expect(back.room.connection.isOpen).toBe(true);
  });

  it("gives a player whose connection broke their seat, from elsewhere, while it is held", async () => {
    const [ann] = await seatedPair();
    ann.room.reconnection.enabled = false;
    await ann.room.leave(false);
    const back = await joinById(ann, ann.room.roomId);
    expect(back.welcome.seat).toBe(ann.welcome.seat);
  });
});

describe("a page of another origin", () => {
  it("may queue: the headers that it needs are allowed, and it may read when to come back", async () => {
    const asked = await fetch(`${server.url}/v1/tickets`, {
      method: "OPTIONS",
      headers: {
        origin: "https://game.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "idempotency-key",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("https://game.example");
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/authorization.*idempotency-key/i);
    const answered = await fetch(`${server.url}/v1/queues`, { headers: { origin: "https://game.example" } });
    expect(answered.headers.get("access-control-expose-headers")).toMatch(/retry-after/i);
  });
});

describe("a match that nobody booked", () => {
  it("[P5] gives a user one seat, whatever they ask twice at the same moment, and leads them back to it", async () => {
    const ada = await newQueuer(server.url);
    const asked = await Promise.all([1, 2].map(() => reserveSeat(ada, { game: "arena" })));
    const taken = await Promise.allSettled(asked.map(({ reservation }) => seated(ada, { reservation })));
    const inside = taken.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    players.push(...inside);
    expect(inside.length).toBeGreaterThan(0);
    expect(new Set(inside.map(({ room }) => room.roomId)).size).toBe(inside.length);
    const { roomId, sessionId } = inside[0]!.room;
    expect(inside).toHaveLength(1);
    const again = await reserveSeat(ada, { game: "arena" });
    expect(again.reservation).toMatchObject({ roomId, sessionId });
    const back = await clientOf(ada).joinById(roomId);
    expect(back.sessionId).toBe(sessionId);
    await back.leave();
  });

  it("[P1.5] takes a client's word for nothing but their name: no seat, no user, no booking of their own", async () => {
    const first = await (await clientWithSession(server.url)).create("arena", { name: "Ada" });
    const forged = {
      ...{ name: "Mallory", seat: 9, userId: "guest:other", sessionId: "of-my-own", booking: "x" },
      auth: { userId: "guest:other", seat: 9 },
    };
    const room = await (await clientWithSession(server.url)).joinById(first.roomId, forged);
    const welcome = await new Promise<{ seat: number; name: string }>((resolve) =>
      room.onMessage("welcome", resolve),
    );
    expect(welcome).toMatchObject({ seat: 1, name: "Mallory" });
    expect(room.sessionId).not.toBe("of-my-own");
    const booked = await (await clientWithSession(server.url)).create("arena", {
      booking: "x",
      restore: first.roomId,
    });
    expect(booked.roomId).not.toBe(first.roomId);
    const sameMatch = await (await clientWithSession(server.url)).joinById(booked.roomId);
    for (const each of [first, room, booked, sameMatch]) await each.leave();
  });

  it.each(["joinOrCreate", "create", "join"] as const)(
    "refuses the SDK's %s without a session, and says what is missing",
    async (method) => {
      const refused = await reason(new Client(server.url)[method]("arena", { name: "Nobody" }));
      expect(refused).toContain("session/missing: set client.auth.token");
      const garbled = clientOf({ url: server.url, userId: "", token: "nonsense" });
      expect(await reason(garbled[method]("arena"))).toContain("session/invalid");
    },
  );
});
