/** Clients of older SDKs: frames that they can read where nothing needs more, and a word where they can read nothing. */
import { Decoder } from "@colyseus/schema";
import { Client } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hands } from "../../shared/games/hands/game.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { press } from "../docs/tutorial-game.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

const timed = 0x80;

let server: RoomServer;

beforeAll(async () => {
  server = await openRooms({}, [press, hands]);
});

afterAll(() => server.close());

async function seat(game: string): Promise<SeatReservation> {
  const { userId } = await server.guest();
  const joined = await server.parts.door.join({ game, spectate: false }, { userId });
  if (!joined.ok) throw new Error(joined.code);
  return joined.response.reservation;
}

/** Remembers the first frame of each kind. */
async function framesOf(game: string): Promise<ReadonlyMap<number, Buffer>> {
  const first = new Map<number, Buffer>();
  const client = new BareClient(server.url, await seat(game));
  client.socket.on("message", (bytes: Buffer) => {
    const kind = bytes[0]! & 0x1f;
    if (!first.has(kind)) first.set(kind, Buffer.from(bytes));
  });
  await client.admitted();
  // A game that waits for moves shows something new.
  const other = await new BareClient(server.url, await seat(game)).admitted();
  await until("a patch", () => first.has(kinds.patch));
  for (const each of [client, other]) each.socket.close();
  return first;
}

it("a game without inputs sends its state and its patches without a time, and a bare decoder reads them", async () => {
  const frames = await framesOf("hands");
  const [state, patch] = [frames.get(kinds.state)!, frames.get(kinds.patch)!];
  expect([state[0], patch[0]]).toEqual([kinds.state, kinds.patch]);
  const decoder = new Decoder(hands.view.create() as never);
  decoder.decode(state, { offset: 1 });
  decoder.decode(patch, { offset: 1 });
  expect(decoder.state).toMatchObject({ players: expect.anything() });
});

it("a game with inputs says the time and how often patches come", async () => {
  const frames = await framesOf("press");
  expect([frames.get(kinds.state)![0], frames.get(kinds.patch)![0]]).toEqual([
    kinds.state | timed,
    kinds.patch | timed,
  ]);
  const { token } = await server.guest();
  const sdk = new Client(server.url.replace("ws:", "http:"));
  sdk.auth.token = token;
  const room = await sdk.consumeSeatReservation((await seat("press")) as never);
  expect(room.input()).toMatchObject({ tickRate: 20, patchRate: 100 });
  await room.leave();
});

it("[P7.19] a client that does not acknowledge its join is told what may be wrong, and the others notice nothing", async () => {
  const player = await new BareClient(server.url, await seat("press")).admitted();
  const old = new BareClient(server.url, await seat("press"));
  await until("the answer to the join", () => old.saw(kinds.join));
  await until("the hint", () => old.saw(kinds.error));
  expect(old.problem).toContain("connection/unanswered");
  expect(old.closed).toBeUndefined();
  const before = player.kindsSeen.length;
  await until("more patches", () => player.kindsSeen.length > before + 3);
  expect(player.closed).toBeUndefined();
  // Late, and not too late.
  old.acknowledge();
  await until("the state", () => old.saw(kinds.state));
  for (const client of [player, old]) client.socket.close();
});
