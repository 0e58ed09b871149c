/** Messages with an id to a durable room, over a real port, while its process loses the room between them and their answers. */
import { type Client, defineRoom } from "@colyseus/core";
import { type Schema, schema, t } from "@colyseus/schema";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { DurableRoom } from "../../doors/rooms.ts";
import { sendOnce } from "../../shared/client/send-once.ts";
import { onceType } from "../../shared/wire/once.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, type Player, roomOf, until } from "./losing.ts";

const Shop = schema({ sold: t.uint32() }, "OnceShop");
interface ShopState extends Schema {
  sold: number;
}

class ShopRoom extends DurableRoom<ShopState> {
  override state = new Shop({ sold: 0 } as never) as unknown as ShopState;
  /** Called after each sale, in the same turn. */
  onSold = (): void => {};
  override messages = {
    buy: (client: Client, item: string) => {
      this.state.sold += 1;
      this.onSold();
      return { item, number: this.state.sold, by: client.sessionId };
    },
    refuse: () => {
      throw new Error("closed today");
    },
    refuseLater: async () => {
      await Promise.resolve();
      throw new Error("closed today");
    },
  };

  override onCreate(): void {
    this.setPatchRate(10);
  }

  override onDrop(client: Client): void {
    void this.allowReconnection(client, 20).catch(() => {});
  }
}

let server: RoomServer;
const losing = new Losing(() => server);

beforeAll(async () => {
  server = await openRooms({ emptySeconds: 5 }, [], { shop: defineRoom(ShopRoom as never) });
});
afterEach(() => losing.end());
afterAll(() => server.close());

const join = (): Promise<Player<ShopState>> => losing.join<ShopState>("shop");

it("[P5.24] a message whose answer is lost with its process is applied once, and is answered as it was", async () => {
  const { room, id } = await join();
  expect(await sendOnce(room, "buy", "hat")).toEqual({ item: "hat", number: 1, by: id });
  // Its connection breaks in the turn in which it is applied: the record has it, and the answer reaches nobody.
  const shop = roomOf<ShopRoom>(room.roomId);
  shop.onSold = () => void (shop.clients.getById(id)!.ref as unknown as WebSocket).terminate();
  const answer = sendOnce(room, "buy", "coat");
  await until(() => shop.state.sold).toBe(2);
  await losing.loseAndLeave(room.roomId);
  expect(await answer).toEqual({ item: "coat", number: 2, by: id });
  expect(await sendOnce(room, "buy", "shoe")).toEqual({ item: "shoe", number: 3, by: id });
  await until(() => room.state.sold).toBe(3);
});

it("[P5.24] the same message is answered alike before and after a restore, and is not applied again", async () => {
  const { room } = await join();
  const request = (id: number) =>
    room.request(onceType as never, { line: "mine", id, type: "buy", message: "tea" } as never);
  const first = await request(1);
  expect(first).toMatchObject({ ok: true, answer: { number: 1 } });
  expect(await request(1)).toEqual(first);
  await losing.lose(room.roomId);
  expect(await request(1)).toEqual(first);
  expect(await request(2)).toMatchObject({ answer: { number: 2 } });
});

it("[P5.24] what a room refuses is an error with its code, and what waits when the room is left has one, too", async () => {
  const { room } = await join();
  await expect(sendOnce(room, "steal")).rejects.toMatchObject({ code: "message/unknown" });
  for (const type of ["refuse", "refuseLater"]) {
    const refused = { code: "message/refused", message: expect.stringContaining("closed today") };
    await expect(sendOnce(room, type)).rejects.toMatchObject(refused);
    await expect(room.request(type as never)).rejects.toThrow("closed today");
  }
  const shop = roomOf<ShopRoom>(room.roomId);
  shop.onSold = () => shop.clients.getById(room.sessionId)!.leave();
  await expect(sendOnce(room, "buy")).rejects.toMatchObject({ code: "command/left" });
  await until(() => room.connection.isOpen).toBe(false);
  await expect(sendOnce(room, "buy")).rejects.toMatchObject({ code: "command/left" });
});
