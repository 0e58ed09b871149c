/**
 * Connections that end while they come in or come back, at each step of it, to real rooms over real sockets: nobody
 * else notices, and the seat is held.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
let matchId: string;
let victim: BareClient;
let users = 0;
const open: BareClient[] = [];

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10 });
  const first = await reserve({});
  matchId = first.roomId;
  victim = await connect(first).admitted();
});

afterEach(() => {
  for (const client of open.splice(0)) if (client !== victim) client.socket.terminate();
  for (const { sessionId, userId } of room().match.state.seats) {
    if (userId !== "user 1") room().match.leave(sessionId);
  }
});

afterAll(async () => {
  await server.close();
});

const room = () => server.parts.host.all().find(({ live }) => live.id === matchId)!.live;

async function reserve(wish: { matchId?: string; spectate?: boolean }): Promise<SeatReservation> {
  const request = { game: "arena", spectate: false, ...wish, options: { durationSeconds: 600 } };
  const joined = await server.parts.door.join(request, { userId: `user ${++users}` });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

function connect(reservation: SeatReservation, token?: string): BareClient {
  const client = new BareClient(server.url, reservation, token);
  open.push(client);
  return client;
}

const seat = ({ sessionId }: SeatReservation) => room().match.seat(sessionId);
const away = (reservation: SeatReservation) =>
  until("the seat to be held", () => seat(reservation)?.droppedAt !== undefined);

/** The match goes on for who is in it. */
async function othersPlayOn(): Promise<void> {
  const patches = () => victim.kindsSeen.filter((kind) => kind === kinds.patch).length;
  const before = patches();
  await until("the others to play on", () => patches() > before + 3);
  expect(victim.closed).toBeUndefined();
  expect(room().lifecycle).toBe("running");
}

/** Until the match stands still because nothing of it is stored. @returns how to go on */
async function stalled(): Promise<() => void> {
  const goOn = server.store.stall();
  await until("the match to freeze", () => room().frozen);
  return goOn;
}

/** Where the connection ends, from the opened socket on. */
const moments: Record<string, (client: BareClient) => Promise<void>> = {
  "as its socket opens": async (client) => {
    await client.opened();
    client.socket.terminate();
  },
  "before the record of its coming is applied": async (client) => {
    const goOn = await stalled();
    await client.opened();
    client.socket.terminate();
    await until("the server to notice", () => client.closed !== undefined);
    await new Promise((resolve) => setImmediate(resolve));
    goOn();
  },
  "before the room's word leaves the gate": async (client) => {
    const goOn = server.store.stall();
    await client.opened();
    await until("the match to freeze", () => room().frozen);
    client.socket.terminate();
    goOn();
  },
  "before it acknowledges the join": async (client) => {
    await until("the room's word", () => client.saw(kinds.join));
    client.socket.terminate();
  },
};

it("who comes back to their seat is counted once, who comes for the first time is not", async () => {
  const returns = async () =>
    samplesOf((await server.parts.metrics.text()).text).get("holdfast_reconnects_total");
  const before = (await returns())!;
  const reservation = await reserve({ matchId });
  const first = await connect(reservation).admitted();
  expect(await returns()).toBe(before);
  first.socket.terminate();
  await away(reservation);
  await connect(reservation, seat(reservation)!.token).admitted();
  await expect.poll(returns, { timeout: 10_000 }).toBe(before + 1);
  const samples = samplesOf((await server.parts.metrics.text()).text);
  expect(samples.get("holdfast_clients_connected")).toBe(server.parts.rooms.connections);
  expect(samples.get("holdfast_connections_open")).toBeGreaterThanOrEqual(2);
});

describe.each(Object.entries(moments))("a connection that ends %s", (_moment, end) => {
  it.each([false, true])(
    "[P5.6] leaves the match alone, and its place is held (spectator: %s)",
    async (spectate) => {
      const reservation = await reserve({ matchId, spectate });
      await end(connect(reservation));
      await away(reservation);
      await othersPlayOn();
      await connect(reservation, seat(reservation)!.token).admitted();
      await until("the seat to be its player's", () => seat(reservation)?.droppedAt === undefined);
    },
  );

  it.each([false, true])(
    "[P5.6] leaves the seat held when it was a return (spectator: %s)",
    async (spectate) => {
      const reservation = await reserve({ matchId, spectate });
      const first = await connect(reservation).admitted();
      const { token } = first;
      first.socket.terminate();
      await away(reservation);
      await end(connect(reservation, token));
      await away(reservation);
      await othersPlayOn();
      await connect(reservation, token).admitted();
      await until("the seat to be its player's", () => seat(reservation)?.droppedAt === undefined);
    },
  );

  it("[P5] may have its seat given up afterwards, and nobody else notices", async () => {
    const reservation = await reserve({ matchId });
    await end(connect(reservation));
    await away(reservation);
    room().match.leave(reservation.sessionId);
    await until("the seat to go", () => seat(reservation) === undefined);
    await othersPlayOn();
  });
});
