/** A seat whose player shows its token while an older connection still has it, as a phone does that changes networks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;
let users = 0;
const open: BareClient[] = [];

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10 });
});

afterEach(() => {
  for (const client of open.splice(0)) client.socket.terminate();
});

afterAll(async () => {
  await server.close();
});

const live = ({ roomId }: SeatReservation) =>
  server.parts.host.all().find((each) => each.live.id === roomId)!.live;
const seat = (reservation: SeatReservation) => live(reservation).match.seat(reservation.sessionId);
const takenOver = { code: 4409, reason: expect.stringContaining("seat/taken-over") };

function connect(reservation: SeatReservation, token?: string): BareClient {
  const client = new BareClient(server.url, reservation, token);
  open.push(client);
  return client;
}

/** A player in a match. */
async function seated(): Promise<{ reservation: SeatReservation; player: BareClient }> {
  const joined = await server.parts.door.join(
    { game: "arena", spectate: false },
    { userId: `user ${++users}` },
  );
  if (!joined.ok) throw new Error(joined.detail);
  const { reservation } = joined.response;
  return { reservation, player: await connect(reservation).admitted() };
}

async function plays(client: BareClient, reservation: SeatReservation): Promise<void> {
  const patches = () => client.kindsSeen.filter((kind) => kind === kinds.patch).length;
  const before = patches();
  await until("patches", () => patches() > before + 2);
  expect(client.closed).toBeUndefined();
  expect(seat(reservation)?.droppedAt).toBeUndefined();
}

describe("who shows the token of a seat", () => {
  it("[P5.5] gets it at once though the older connection is open, which is closed for good", async () => {
    const { reservation, player } = await seated();
    const newer = await connect(reservation, player.token).admitted();
    await until("the older one to be closed", () => player.closed !== undefined);
    expect(player.closed).toEqual(takenOver);
    expect(newer.token).toBe(player.token);
    await plays(newer, reservation);
  });

  it("[P5] and gives up before the room let them in finds the seat held", async () => {
    const { reservation, player } = await seated();
    const brief = connect(reservation, player.token);
    await brief.opened();
    brief.socket.terminate();
    player.socket.terminate();
    await until("the seat to be held", () => seat(reservation)?.droppedAt !== undefined);
    await plays(await connect(reservation, player.token).admitted(), reservation);
  });

  it("[P5.5] twice at once: the last one wins, the other is closed for good", async () => {
    const { reservation, player } = await seated();
    const goOn = server.store.stall();
    const other = connect(reservation, player.token);
    await other.opened();
    const last = connect(reservation, player.token);
    await last.opened();
    await until("the others to be closed", () => other.closed !== undefined && player.closed !== undefined);
    goOn();
    expect(other.closed).toEqual(takenOver);
    await plays(await last.admitted(), reservation);
  });

  it("[P5] five times in a row, faster than any is let in, plays on with the last", async () => {
    const { reservation, player } = await seated();
    const tries = Array.from({ length: 5 }, () => connect(reservation, player.token));
    await until("one of them to be in", () => tries.some((each) => each.saw(kinds.join)));
    await until(
      "the others to be closed",
      () => tries.filter((each) => each.closed !== undefined).length === 4,
    );
    const last = tries.find((each) => each.closed === undefined)!;
    await plays(await last.admitted(), reservation);
    expect(tries.filter((each) => each !== last).map((each) => each.closed)).toEqual(
      Array(4).fill(takenOver),
    );
  });

  it("[P5] only names it to the matchmaker leaves the older connection alone", async () => {
    const { reservation, player } = await seated();
    const { url } = server;
    const response = await fetch(`${url.replace("ws", "http")}/matchmake/reconnect/${reservation.roomId}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ reconnectionToken: player.token }),
    });
    expect(await response.json()).toMatchObject({ sessionId: reservation.sessionId });
    await plays(player, reservation);
  });
});

describe("who does not show it", () => {
  it.each(["wrong", ""])("[P1.6] gets no seat and disturbs nobody (token: %j)", async (token) => {
    const { reservation, player } = await seated();
    const stranger = connect(reservation, token);
    await until("the stranger to be refused", () => stranger.closed !== undefined);
    expect(stranger.saw(kinds.join)).toBe(false);
    await plays(player, reservation);
  });
});
