/**
 * What a player on the unmodified SDK sends while they come back, which takes as long as the store does, and inputs of
 * a new page: nothing of it is lost.
 */
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { roomOf } from "../../server/room/reservation.ts";
import { BareClient, kinds, openRooms, type RoomServer, until } from "./room-server.ts";

const earlyMessagesMax = 64;

let server: RoomServer;
let users = 0;
const rooms: Room[] = [];

beforeAll(async () => {
  server = await openRooms({ unackedTicksMax: 10 });
});

afterEach(async () => {
  for (const room of rooms.splice(0)) {
    room.reconnection.enabled = false;
    if (room.connection.isOpen) await room.leave();
  }
});

afterAll(async () => {
  await server.close();
});

async function reserve(userId: string, matchId?: string) {
  const request = { game: "arena", spectate: false, ...(matchId !== undefined && { matchId }) };
  const joined = await server.parts.door.join(request, { userId });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation;
}

/** A page of a user: in their match, or back in it. */
async function page(userId: string, matchId?: string) {
  const reservation = await reserve(userId, matchId);
  const room: Room = await new Client(server.url).consumeSeatReservation(reservation as never);
  rooms.push(room);
  room.onMessage("*", () => {});
  Object.assign(room.reconnection, { minUptime: 0, minDelay: 0, maxDelay: 10, delay: 1 });
  const { live } = server.parts.host.all().find((each) => each.live.id === room.roomId)!;
  const seat = () => live.match.seat(room.sessionId)!;
  const place = () => {
    const { players } = live.match.state.world as { players: { seat: number; x: number }[] };
    return players.find((each) => each.seat === seat().seat)!.x;
  };
  await until("the seat", () => live.match.seat(room.sessionId) !== undefined);
  return { room, live, seat, place };
}

type Page = Awaited<ReturnType<typeof page>>;

/** One input that holds a key. @param seq left out: the page never sets it */
function hold({ room }: Page, moveX: number, seq?: number): void {
  const input = room.input<{ seq: number; moveX: number }>();
  input.data.moveX = moveX;
  if (seq !== undefined) input.data.seq = seq;
  input.send();
}

/** The key is held until the player has moved. @param from the number before the first input; left out: none */
async function moves(player: Page, moveX: number, from?: number): Promise<void> {
  let seq = from;
  const before = player.place();
  await until("the player to move", () => {
    hold(player, moveX, seq === undefined ? undefined : ++seq);
    return Math.abs(player.place() - before) > 0.2;
  });
}

/** The ordinary drop and the way back, which waits for the store until `goOn` is called. */
async function comingBack({ room, live }: Page): Promise<{ goOn: () => void; back: Promise<void> }> {
  const goOn = server.store.stall();
  await until("the match to freeze", () => live.frozen);
  const back = new Promise<void>((resolve) => room.onReconnect.once(resolve));
  const dropped = new Promise<void>((resolve) => room.onDrop.once(() => resolve()));
  const there = roomOf(room.roomId)!.clients.get(room.sessionId)!;
  (there.ref as unknown as WebSocket).terminate();
  await dropped;
  await until("a new socket", () => room.connection.isOpen);
  return { goOn, back };
}

describe("what is sent between the opened socket and the end of coming back", () => {
  it("[P7] moves the player: the first input is the only whole one of a held key", async () => {
    const player = await page(`user ${++users}`);
    await moves(player, 127, 0);
    const { goOn, back } = await comingBack(player);
    const before = player.place();
    for (let seq = 1000; seq < 1010; seq++) hold(player, -127, seq);
    goOn();
    await back;
    await until("the player to move back", () => player.place() < before - 0.2);
  });

  it("[P7] every request is answered, in order", async () => {
    const player = await page(`user ${++users}`);
    const { goOn, back } = await comingBack(player);
    const answers = [1, 2, 3, 4, 5].map((id) =>
      player.room.request("command", { id, name: "chat", payload: { text: `word ${id}` } }),
    );
    goOn();
    await back;
    expect(await Promise.all(answers)).toEqual(Array(5).fill({ ok: true }));
    expect(JSON.stringify(player.live.match.state.world)).toMatch(/word 1.*word 2.*word 3.*word 4.*word 5/);
  });

  it("[P5] a leave gives the seat up", async () => {
    const player = await page(`user ${++users}`);
    const { goOn } = await comingBack(player);
    void player.room.leave();
    goOn();
    await until("the seat to go", () => player.seat() === undefined);
  });

  it("[P6] is bounded: who says too much is sent away, and the seat is held", async () => {
    const player = await page(`user ${++users}`);
    player.room.reconnection.enabled = false;
    const { token, sessionId } = player.seat();
    const goOn = server.store.stall();
    await until("the match to freeze", () => player.live.frozen);
    const bare = new BareClient(server.url, { ...player.room, sessionId, processId: "any" } as never, token);
    await bare.opened();
    // A message of type "a" without content.
    for (let at = 0; at <= earlyMessagesMax; at++) bare.socket.send(Uint8Array.of(kinds.data, 0xa1, 0x61));
    await until("the connection to be closed", () => bare.closed !== undefined);
    goOn();
    expect(bare.closed?.code).toBe(4010);
    await until("the seat to be held", () => player.seat().droppedAt !== undefined);
  });
});

describe("inputs of a page that does not go on with the numbers of its seat", () => {
  it("[P7] move the player: one counts from 1, one gives no number at all, one goes on", async () => {
    const userId = `user ${++users}`;
    const first = await page(userId);
    await moves(first, 127, 0);
    const fromOne = await page(userId, first.room.roomId);
    await moves(fromOne, -127, 0);
    const without = await page(userId, first.room.roomId);
    await moves(without, 127);
    const { lastInputSeq } = without.seat();
    expect(lastInputSeq).toBeGreaterThan(2);
    const goesOn = await page(userId, first.room.roomId);
    await moves(goesOn, -127, lastInputSeq + 1000);
    expect(goesOn.seat().lastInputSeq).toBeGreaterThan(lastInputSeq + 1000);
  });

  it("[P1] one that counts up to the largest number changes nothing for the match", async () => {
    const userId = `user ${++users}`;
    const first = await page(userId);
    await moves(first, 127, 0xffff_ff00 - 1);
    await until("the last number", () => {
      hold(first, 127, 0xffff_ffff);
      return first.seat().lastInputSeq === 0xffff_ffff;
    });
    const again = await page(userId, first.room.roomId);
    const problems: unknown[] = [];
    again.room.onMessage("problem", (problem) => problems.push(problem));
    await until("the room to say so", () => {
      hold(again, -127);
      return problems.length > 0;
    });
    expect(problems).toEqual([expect.objectContaining({ code: "input/stale-seq" })]);
    expect(again.live.lifecycle).toBe("running");
  });
});
