/** Matches that sleep when nobody is in them, in real rooms: how they fall asleep, and everything that wakes them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JoinOutcome } from "../../server/room/join.ts";
import { openSleepers } from "../../server/room/shown-asleep.ts";
import type { AnyGame } from "../../shared/game/game.ts";
import { type BellWorld, bell } from "../match/by-events-setup.ts";
import { BareClient, openRooms, type RoomServer, until } from "./room-server.ts";

const named = (name: string): AnyGame => ({ ...bell, name, whenEmpty: "sleep" });
const withTicks = (name: string) => ({ ...named(name), rate: undefined, wakeAt: undefined }) as never;
/** One for each test, so that nobody comes into the match of another. */
const games = [
  ...[
    "ids",
    "tokens",
    "late",
    "sdk",
    "timer",
    "watch",
    "away",
    "listed",
    "strangers",
    "promised",
    "promised-too",
  ].map(named),
  ...["once", "open"].map(withTicks),
];

let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({ sleepAfterSeconds: 0.05, seatGraceSeconds: 1 }, games);
});
afterAll(() => server.close());

const joiner = (userId: string) => ({ userId });
const wish = (more: object) => ({ game: "ids", spectate: false, ...more });

function placeOf(outcome: JoinOutcome) {
  if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.detail}`);
  return outcome.response;
}

const join = async (userId: string, more: object = {}) =>
  placeOf(await server.parts.door.join(wish(more), joiner(userId)));

/** In the match, with the state. */
async function sitDown(userId: string, more: object = {}) {
  const { reservation, matchId } = await join(userId, more);
  const client = await new BareClient(server.url, reservation, reservation.reconnectionToken).admitted();
  return { client, matchId, reservation };
}

const live = (id: string) => server.parts.host.all().find((each) => each.live.id === id)?.live;
const world = (id: string) => live(id)?.match.state.world as BellWorld;
const entryOf = (id: string) => server.store.find(id);

async function asleep(id: string): Promise<void> {
  await until(`match ${id} to sleep`, () => !server.parts.host.hosts(id));
  expect((await entryOf(id))?.state).toBe("sleeping");
}

const made = (userId: string, game: string) => sitDown(userId, { game, options: {} });

test("[P5.18] falls asleep when nobody is connected, and a join by its id wakes it: same seat, same World", async () => {
  const { client, matchId, reservation } = await made("ada", "ids");
  await until("her seat", () => live(matchId)?.match.seatsTaken === 1);
  const steps = [...world(matchId).steps];
  client.socket.terminate();
  await asleep(matchId);
  const again = await join("ada", { matchId });
  expect(again.reservation.sessionId).toBe(reservation.sessionId);
  expect(live(matchId)?.epoch).toBe(2);
  expect(world(matchId).steps.slice(0, steps.length)).toEqual(steps);
  const back = await new BareClient(server.url, again.reservation, client.token).admitted();
  expect(back.token).toBe(client.token);
  back.socket.terminate();
  await asleep(matchId);
});

test("[P5.18] several who join at once wake it once", async () => {
  const { client, matchId } = await made("ben", "once");
  client.socket.terminate();
  await asleep(matchId);
  const all = await Promise.all(["ben", "cleo", "dan"].map((userId) => join(userId, { matchId })));
  expect(all.map((each) => each.matchId)).toEqual([matchId, matchId, matchId]);
  expect(live(matchId)?.epoch).toBe(2);
});

test("[P5.18] a player who shows the token of their seat to the socket alone wakes it, and has the seat", async () => {
  const { client, matchId, reservation } = await made("eve", "tokens");
  client.socket.terminate();
  await asleep(matchId);
  const back = await new BareClient(server.url, reservation, client.token).admitted();
  expect(live(matchId)?.match.seat(reservation.sessionId)?.droppedAt).toBeUndefined();
  back.socket.terminate();
  await asleep(matchId);
});

test("[P5.5] a connection that still waits for its match to wake does not take the seat from a newer one", async () => {
  const { client, matchId, reservation } = await made("hal", "late");
  client.socket.terminate();
  await asleep(matchId);
  const { find } = server.store;
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  server.store.find = async (id) => {
    server.store.find = find;
    asked.resolve();
    await answered.promise;
    return find.call(server.store, id);
  };
  const older = new BareClient(server.url, reservation, client.token);
  await asked.promise;
  // Somebody else wakes it, and the player has given the slow attempt up and tries again.
  await join("ida", { matchId });
  const newer = await new BareClient(server.url, reservation, client.token).admitted();
  answered.resolve();
  await until("the older connection to end", () => older.closed !== undefined);
  expect(newer.closed).toBeUndefined();
  expect(live(matchId)?.match.seat(reservation.sessionId)?.droppedAt).toBeUndefined();
  newer.socket.terminate();
});

test("[P5.18] a token that no seat of it has does not wake it, whatever the socket asks", async () => {
  const { client, matchId, reservation } = await made("guy", "strangers");
  client.socket.terminate();
  await asleep(matchId);
  const stranger = new BareClient(server.url, reservation, "nonsense");
  await until("the stranger to be sent away", () => stranger.closed !== undefined);
  expect([server.parts.host.hosts(matchId), (await entryOf(matchId))?.epoch]).toEqual([false, 1]);
});

test("[P5.18] the SDK's reconnect wakes it, and a match that is not there is still unknown", async () => {
  const { client, matchId, reservation } = await made("fay", "sdk");
  client.socket.terminate();
  await asleep(matchId);
  const reconnect = async (id: string, reconnectionToken = client.token) => {
    const response = await fetch(`${server.url.replace("ws", "http")}/matchmake/reconnect/${id}`, {
      ...{ method: "POST", headers: { "content-type": "application/json" } },
      body: JSON.stringify({ reconnectionToken }),
    });
    return { status: response.status, body: await response.json() };
  };
  expect(await reconnect(matchId, "nonsense")).toMatchObject({ status: 410, body: { code: "seat/gone" } });
  expect([server.parts.host.hosts(matchId), (await entryOf(matchId))?.epoch]).toEqual([false, 1]);
  expect(await reconnect(matchId)).toMatchObject({ body: { sessionId: reservation.sessionId }, status: 200 });
  expect((await reconnect("abcdefghijkm")).status).toBeGreaterThanOrEqual(400);
});

test("[P5.18] a spectator who is let in but not there yet keeps it awake", async () => {
  const { client, matchId } = await made("kim", "promised");
  client.socket.terminate();
  await asleep(matchId);
  const { reservation } = await join("lou", { matchId, spectate: true });
  // Another one has the time to fall asleep, which began to rest later.
  const other = await made("kim", "promised-too");
  other.client.socket.terminate();
  await asleep(other.matchId);
  const watching = await new BareClient(server.url, reservation).admitted();
  expect(live(matchId)?.match.spectators).toBe(1);
  watching.socket.terminate();
  await asleep(matchId);
});

test("[P5.18] its timer wakes it, its rule runs, and it sleeps again until the next one", async () => {
  const { client, matchId } = await made("gil", "timer");
  void live(matchId)!.match.command(live(matchId)!.match.state.seats[0]!.sessionId, {
    ...{ id: 1, name: "ringIn", payload: { ms: 1500 } },
  });
  await until("the command", () => world(matchId).ringsAt !== null);
  const { ringsAt } = world(matchId);
  client.socket.terminate();
  await asleep(matchId);
  const { createdAtMs, asleep: told } = (await entryOf(matchId))!;
  expect(told?.wakesAtMs).toBe(createdAtMs + ringsAt!);
  await until("the bell", () => world(matchId)?.rung.length === 1);
  expect(world(matchId).rung[0]).toBeGreaterThanOrEqual(ringsAt!);
  await asleep(matchId);
  expect((await entryOf(matchId))?.asleep?.wakesAtMs).toBeUndefined();
});

test("[P5.18] a player who wants any match of the game gets a free seat of a sleeping one before a new one is made", async () => {
  const { client, matchId } = await made("hal", "open");
  client.socket.terminate();
  await asleep(matchId);
  expect((await join("ivy", { game: "open" })).matchId).toBe(matchId);
});

test("[P5.18] lists name it with its free seats, without waking it, and only while it sleeps", async () => {
  const { client, matchId } = await made("max", "listed");
  const listed = async () => (await openSleepers(server.store, games)).find(({ id }) => id === matchId);
  expect(await listed()).toBeUndefined();
  client.socket.terminate();
  await asleep(matchId);
  expect(await listed()).toMatchObject({
    asleep: true,
    game: "listed",
    seats: { taken: 1, max: 4 },
    epoch: 1,
  });
  expect(server.parts.host.hosts(matchId)).toBe(false);
  await join("max", { matchId });
  expect(await listed()).toBeUndefined();
});

test("[P5.18] does not sleep while somebody watches, while a place is reserved, or while somebody is to come back", async () => {
  const { client, matchId } = await made("joe", "watch");
  const seen = await sitDown("kim", { matchId, spectate: true });
  client.socket.terminate();
  await until("the seat to be held", () => live(matchId)?.match.state.seats[0]?.droppedAt !== undefined);
  await new Promise((resolve) => server.parts.sleep.waking.noneFalls().then(resolve));
  expect(live(matchId)).toBeDefined();
  seen.client.socket.terminate();
  await asleep(matchId);
});

test("[P5.18] goes on when the store does not let it sleep", async () => {
  const { client, matchId } = await made("lea", "away");
  const sleep = server.store.sleep.bind(server.store);
  let asked = 0;
  server.store.sleep = async () => {
    asked += 1;
    throw new Error("away");
  };
  client.socket.terminate();
  await until("the store to be asked twice", () => asked > 1);
  const back = await sitDown("lea", { matchId });
  expect(live(matchId)?.epoch).toBe(1);
  server.store.sleep = sleep;
  back.client.socket.terminate();
  await asleep(matchId);
});
