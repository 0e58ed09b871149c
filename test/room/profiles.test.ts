/** The profile of a player, in real rooms: it comes from the issuer of the session alone, and on every way to a seat. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { sdkMatchmaking } from "../../server/room/sdk-matchmaking.ts";
import { defineGame } from "../../shared/game/define-game.ts";
import type { Plain } from "../../shared/game/plain.ts";
import { u8 } from "../../shared/game/view/scalars.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { BareClient, openRooms, type RoomServer } from "./room-server.ts";

/** Its World has who joined, and what was vouched for. */
const rollCall = defineGame({
  ...{ name: "roll-call", version: 1, tickRate: 30, seats: [0, 8], options: z.object({}) },
  view: { here: u8 },
  create: () => ({ here: {} as { [userId: string]: Plain } }),
  step({ here }, { joins }) {
    for (const { userId, profile = null } of joins) here[userId] = profile;
  },
  see: ({ here }) => ({ here: Object.keys(here).length }),
});

const profile = { rank: 7, crew: ["red"] };
let server: RoomServer;
beforeAll(async () => {
  server = await openRooms({}, [rollCall]);
});
afterAll(() => server.close());

const identity = (userId: string) => ({ ok: true, userId, profile }) as const;

async function seenIn(reservation: SeatReservation, userId: string): Promise<Plain | undefined> {
  await new BareClient(server.url, reservation).admitted();
  const { live } = server.parts.host.all().find((each) => each.live.id === reservation.roomId)!;
  return (live.match.state.world as { here: { [userId: string]: Plain } }).here[userId];
}

const matchmake = () =>
  sdkMatchmaking({
    identify: server.identify,
    join: (request, joiner) => server.parts.door.join(request, joiner),
  });

it("[P1.16] a game hears what the issuer of the session vouches for, by the SDK's way", async () => {
  const token = await server.exchange(identity("idp:ann"));
  const options = { spectate: false };
  const made = await matchmake()({
    method: "joinOrCreate",
    game: "roll-call",
    token,
    address: "::1",
    options,
  });
  if (!made.ok) throw new Error(made.code);
  expect(await seenIn(made.reservation, "idp:ann")).toEqual(profile);
});

it("[P1.16] a client sets none, whatever it asks for", async () => {
  const { token, userId } = await server.guest();
  const asked = { method: "joinOrCreate", game: "roll-call", token, address: "::1" } as const;
  const options = { spectate: false, profile: { rank: 99 } };
  expect(await matchmake()({ ...asked, options })).toMatchObject({ ok: false });
  const made = await matchmake()({ ...asked, options: { spectate: false } });
  if (!made.ok) throw new Error(made.code);
  expect(await seenIn(made.reservation, userId)).toBeNull();
});

it("[P1.16] and for a player whom a queue sends", async () => {
  const origin = { queue: "q", region: "local", teams: 1, teamSize: 2, backfill: true };
  const booked = await server.parts.bookings.book({
    proposalId: "one",
    players: [
      { userId: "idp:ben", team: 0, profile },
      { userId: "cat", team: 0 },
    ],
    newMatch: { game: "roll-call", options: {}, bots: [0], origin },
  });
  if (!booked.ok) throw new Error(booked.detail);
  const { reservations } = booked.response;
  expect(await seenIn(reservations["idp:ben"]!, "idp:ben")).toEqual(profile);
  expect(await seenIn(reservations["cat"]!, "cat")).toBeNull();
});
