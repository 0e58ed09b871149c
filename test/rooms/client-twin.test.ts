/** In development a durable room says once where its clients have something else than it has. */

import {
  type ArraySchema,
  Encoder,
  type MapSchema,
  type Schema,
  type SetSchema,
  schema,
  t,
} from "@colyseus/schema";
import { Client } from "@colyseus/sdk";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { ClientTwin, type Difference } from "../../server/room/durable/client-twin.ts";
import { DurableRoom } from "../../server/room/durable/durable-room.ts";
import { openRooms } from "../room/room-server.ts";
import { until } from "./losing.ts";

const Unit = schema({ x: t.float32(), name: t.string() }, "TwinUnit");
const State = schema(
  { hand: t.array("string"), units: t.map(Unit), seen: t.set("string"), level: t.uint8(), note: t.string() },
  "TwinState",
);
interface UnitState extends Schema {
  x: number;
  name: string;
}
interface TwinState extends Schema {
  hand: ArraySchema<string>;
  units: MapSchema<UnitState>;
  seen: SetSchema<string>;
  level: number;
  note: string;
}
const newState = () => new State() as unknown as TwinState;
const newUnit = (values: object) => new Unit(values as never) as unknown as UnitState;

/** A state whose changes a twin follows. */
function followed(state = newState()) {
  const encoder = new Encoder(state as never);
  const told: Difference[] = [];
  const twin = new ClientTwin((difference) => told.push(difference));
  const cut = () => {
    const shared = Uint8Array.from(encoder.encode());
    encoder.discardChanges();
    twin.cut(shared, encoder);
  };
  cut();
  return { state, twin, told, cut, encoder };
}

type Change = (state: TwinState) => void;
const word = fc.string({ minLength: 1, maxLength: 3 }).map((text) => `k${text}`);
const harmless: fc.Arbitrary<Change> = fc.oneof(
  word.map<Change>((text) => (state) => void state.hand.push(text)),
  fc.nat().map<Change>((at) => (state) => {
    if (state.hand.length > 0) state.hand[at % state.hand.length] = `at ${at}`;
  }),
  fc.tuple(word, fc.double({ noNaN: true, min: -1e6, max: 1e6 })).map<Change>(([key, x]) => (state) => {
    const unit = state.units.get(key);
    if (unit === undefined) state.units.set(key, newUnit({ x, name: key }));
    else unit.x = x;
  }),
  fc.nat(255).map<Change>((level) => (state) => {
    state.level = level;
  }),
  word.map<Change>((text) => (state) => void state.seen.add(text)),
);

test("[P5.22] nothing is said of a state that reaches its clients as it is", () => {
  fc.assert(
    fc.property(fc.array(fc.array(harmless, { maxLength: 5 }), { maxLength: 20 }), (patches) => {
      const { state, told, cut, twin, encoder } = followed();
      for (const [number, changes] of patches.entries()) {
        for (const change of changes) change(state);
        if (number % 5 < 4) cut();
        else {
          // Nobody was there.
          encoder.discardChanges();
          twin.cut(undefined, encoder);
        }
      }
      expect(told).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("[P5.22] a list whose last entry is taken out in a way that is never sent is named, once", () => {
  const { state, told, cut } = followed();
  state.hand.push("queen", "ace");
  cut();
  state.hand.splice(-1, 1);
  cut();
  state.note = "later";
  cut();
  expect(told.map(({ at }) => at)).toEqual([expect.stringMatching(/^state\.hand/)]);
});

test("[P5.22] a number that does not fit into its field is named with what clients have", () => {
  const { state, told, cut } = followed();
  state.level = 300;
  cut();
  expect(told).toEqual([{ at: "state.level", room: 300, clients: 44 }]);
});

class Cards extends DurableRoom {
  override state = newState() as never;
  override onCreate(): void {
    this.onMessage("raise", () => {
      (this.state as TwinState).level = 300;
    });
  }
}

test("[P5.22] in development a durable room tells its log where clients have something else", async () => {
  const server = await openRooms({ dev: true }, [], { cards: Cards });
  const warn = vi.spyOn(server.log, "warn");
  try {
    const room = await new Client(server.url.replace("ws:", "http:")).create("cards");
    room.send("raise");
    await until(() => (room.state as TwinState).level).toBe(44);
    const wrongly = { room: "cards", at: "state.level", here: 300, clients: 44 };
    expect(warn.mock.calls.map(([details]) => details)).toContainEqual(expect.objectContaining(wrongly));
    await room.leave();
  } finally {
    warn.mockRestore();
    await server.close();
  }
});
