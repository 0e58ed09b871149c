/** Members of Colyseus' Room that hardly any room touches, in a plain room and in a durable one, before and after a loss. */
import { type Client, Room, SchemaSerializer } from "@colyseus/core";
import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openRooms, type RoomServer } from "../room/room-server.ts";
import { Losing, type Player, roomOf, until } from "./losing.ts";
import { type Base, durableBase } from "./ported/base.ts";

const Dot = schema({ x: t.number() }, "RareDot");
interface DotState extends Schema {
  x: number;
}
const Rare = schema({ dots: t.map(Dot), moves: t.uint32(), blink: t.uint8().unreliable() }, "RareState");
interface RareState extends Schema {
  dots: MapSchema<DotState>;
  moves: number;
  blink: number;
}

const messagesMax = 5;

function rare(Parent: Base<RareState>) {
  return class extends Parent {
    past = (this as unknown as Room).allowRewindState({ maxRewindMs: 500 });
    override maxMessagesPerSecond = messagesMax;
    override unreliablePatchRate = 20;
    override onCreate(): void {
      this.setSerializer(new SchemaSerializer() as never);
      this.state = new Rare({ moves: 0, blink: 1 } as never) as unknown as RareState;
      this.state.dots.set("a", new Dot({ x: 0 } as never) as unknown as DotState);
      this.setSeatReservationTime(9);
      this.setPatchRate(20);
      this.past.attachAll(this.state.dots as never, { fields: ["x"] } as never);
      this.onMessage("move", (client: Client) => {
        this.state.moves += 1;
        this.state.blink = 7;
        this.state.dots.get("a")!.x += 10;
        client.send("unreliable", this.broadcastUnreliablePatch());
      });
      this.onMessage("noise", () => {});
    }
  };
}

class RareRoom extends rare(durableBase<RareState>()) {
  static State = Rare;
}

let server: RoomServer;
const losing = new Losing(() => server);

beforeAll(async () => {
  const plain = rare(Room as unknown as Base<RareState>);
  server = await openRooms({ seatGraceSeconds: 30 }, undefined, { plain, rare: RareRoom });
});
afterEach(() => losing.end());
afterAll(() => server.close());

const moved = async (player: Player<RareState>) => {
  const { moves } = roomOf<RareRoom>(player.room.roomId).state;
  await until(() => player.room.state?.moves).toBe(moves);
  player.room.send("move");
  await until(() => player.room.state.moves).toBe(moves + 1);
};

it.each(["plain", "rare"])(
  "[P5.22] %s: its own serialiser, unreliable fields, times and the past work alike, also after a loss",
  async (name) => {
    const ada = await losing.join<RareState>(name);
    for (let losses = 0; losses <= (name === "rare" ? 1 : 0); losses++) {
      if (losses > 0) await losing.lose(ada.room.roomId);
      await moved(ada);
      const room = roomOf<RareRoom>(ada.room.roomId);
      expect(room.seatReservationTimeout).toBe(9);
      expect(room.unreliablePatchRate).toBe(20);
      // Over a WebSocket a client keeps what it joined with, and the journal has nothing else.
      expect(ada.room.state.blink).toBe(1);
      expect(ada.room.state.dots.get("a")!.x).toBe(10 * (losses + 1));
      const dot = room.state.dots.get("a")!;
      await until(() =>
        (room.past.at(room.clock.elapsedTime) as { value(of: object, field: string): number }).value(
          dot,
          "x",
        ),
      ).toBe(dot.x);
    }
  },
);

it.each(["plain", "rare"])(
  "[P6.6] %s: a client that sends more than the room allows is put out of it",
  async (name) => {
    const ada = await losing.join<RareState>(name);
    let code: number | undefined;
    ada.room.reconnection.enabled = false;
    ada.room.onLeave((given) => {
      code = given;
    });
    for (let sent = 0; sent < 3 * messagesMax; sent++) ada.room.send("noise");
    await until(() => code).toBeGreaterThan(4000);
    expect(ada.room.connection.isOpen).toBe(false);
  },
);
