/** The state of a durable room, written down change by change and built anew, over histories drawn at random. */
import { isDeepStrictEqual } from "node:util";
import { StateView } from "@colyseus/schema";
import { expect, it } from "vitest";
import { comparable } from "../../shared/wire/shown-state.ts";
import { fc, test } from "../match/property.ts";
import {
  contentOf,
  type EverythingState,
  idsIn,
  newBoss,
  newCard,
  newUnit,
  StateUnderTest,
  TestClient,
} from "./durable-setup.ts";

const keys = ["a", "b", "c", "d"];
const key = fc.constantFrom(...keys);
const small = fc.integer({ min: 0, max: 250 });

/** One who joins gets an empty collection where a view shows nothing of it. */
const withoutEmpty = (content: unknown) =>
  Object.fromEntries(Object.entries(content as object).filter(([, each]) => JSON.stringify(each).length > 2));

type Change = (state: EverythingState) => void;

const changes: fc.Arbitrary<Change> = fc.oneof(
  small.map(
    (value): Change =>
      (state) =>
        (state.round = value),
  ),
  fc.constantFrom(undefined, "x", "ÿ — long ".repeat(8)).map(
    (text): Change =>
      (state) => {
        state.title = text;
      },
  ),
  fc.tuple(key, small).map(
    ([at, x]): Change =>
      (state) =>
        state.units.set(at, newUnit(x)),
  ),
  key.map(
    (at): Change =>
      (state) =>
        state.units.delete(at),
  ),
  fc.constant<Change>((state) => state.units.clear()),
  fc.tuple(key, fc.double({ noNaN: true })).map(
    ([at, x]): Change =>
      (state) => {
        const unit = state.units.get(at);
        if (unit !== undefined) unit.x = x;
      },
  ),
  fc.tuple(key, small).map(
    ([at, value]): Change =>
      (state) => {
        const unit = state.units.get(at);
        if (unit !== undefined) unit.card = value % 2 === 0 ? newCard(value) : undefined;
      },
  ),
  fc.tuple(key, small).map(
    ([at, value]): Change =>
      (state) =>
        state.scores.set(at, value),
  ),
  key.map(
    (at): Change =>
      (state) =>
        state.scores.delete(at),
  ),
  small.map(
    (value): Change =>
      (state) =>
        state.seen.add(`s${value % 7}`),
  ),
  small.map(
    (value): Change =>
      (state) =>
        state.seen.delete(`s${value % 7}`),
  ),
  fc.tuple(key, small).map(
    ([at, value]): Change =>
      (state) =>
        state.secrets.set(at, newCard(value)),
  ),
  key.map(
    (at): Change =>
      (state) =>
        state.secrets.delete(at),
  ),
  fc.boolean().map(
    (there): Change =>
      (state) =>
        (state.boss = there ? newBoss() : undefined),
  ),
);

const arrayChanges: fc.Arbitrary<Change> = fc.oneof(
  small.map(
    (value): Change =>
      ({ tiles }) =>
        tiles.push(value, value + 1),
  ),
  fc.array(small, { minLength: 40, maxLength: 60 }).map(
    (all): Change =>
      ({ tiles }) =>
        tiles.push(...all),
  ),
  fc.tuple(small, small).map(
    ([at, value]): Change =>
      ({ tiles }) => {
        if (at < tiles.length) tiles[at] = value;
      },
  ),
  fc.constant<Change>(({ tiles }) => tiles.shift()),
  fc.constant<Change>(({ tiles }) => tiles.pop()),
  fc.tuple(small, small).map(
    ([at, value]): Change =>
      ({ tiles }) =>
        tiles.splice(at % 9, 1, value),
  ),
  small.map(
    (value): Change =>
      ({ table }) =>
        table.push(newCard(value)),
  ),
  small.map(
    (value): Change =>
      ({ table }) =>
        table.unshift(newCard(value)),
  ),
  fc.constant<Change>(({ table }) => table.shift()),
  small.map(
    (at): Change =>
      ({ table }) =>
        table.splice(at % 4, 1),
  ),
  fc.constant<Change>(({ table }) => table.reverse()),
  fc.constant<Change>(({ table }) => table.clear()),
  small.map(
    (value): Change =>
      ({ deck }) =>
        deck.push(newCard(value)),
  ),
  fc.constant<Change>(({ deck }) => deck.pop()),
);

/** What happens in one patch, and whether the process dies after it. */
const step = (of: fc.Arbitrary<Change>, max: number) =>
  fc.record({
    changes: fc.array(of, { maxLength: max }),
    dies: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  });

test(
  "[P5.22] a state is built anew as it was written, whatever changed in it, and every object keeps its id",
  [fc.array(step(fc.oneof(changes, arrayChanges), 6), { maxLength: 30 })],
  (history) => {
    const room = new StateUnderTest();
    for (const { changes: all, dies } of history) {
      for (const change of all) change(room.state);
      room.record();
      if (!dies) continue;
      // What was done since is gone.
      room.state.round = 999;
      room.state.units.set("lost", newUnit(1));
      const { content, ids } = room.written!;
      room.restore();
      expect(contentOf(room.state)).toEqual(content);
      expect(idsIn(room.state)).toEqual(ids);
    }
    const { content, ids } = room.written!;
    room.restore();
    expect(contentOf(room.state)).toEqual(content);
    expect(idsIn(room.state)).toEqual(ids);
  },
  300,
);

test(
  "[P5.22] who joins, who returns after a crash and who was there all the time decode the same state, with and without a view",
  [
    fc.array(
      step(
        fc.oneof(
          changes,
          small.map(
            (v): Change =>
              ({ table }) =>
                table.push(newCard(v)),
          ),
        ),
        3,
      ),
      { maxLength: 24 },
    ),
  ],
  (history) => {
    const room = new StateUnderTest();
    const all = new TestClient("all", undefined);
    const viewing = new TestClient("viewing", new StateView());
    room.join(all);
    room.join(viewing);
    let joined = 0;
    for (const { changes: some, dies } of history) {
      for (const change of some) change(room.state);
      for (const at of ["a", "b"]) {
        const secret = room.state.secrets.get(at);
        if (secret !== undefined) viewing.view!.add(secret);
      }
      room.patch();
      if (dies) {
        room.restore();
        for (const client of room.clients) room.showAll(client);
      }
      const fresh = new TestClient(`fresh${joined++}`, undefined);
      room.showAll(fresh);
      expect(all.content).toEqual(fresh.content);
      const freshView = new TestClient("view", viewing.view);
      room.showAll(freshView);
      expect(withoutEmpty(viewing.content)).toEqual(withoutEmpty(freshView.content));
    }
  },
  200,
);

test(
  "[P2.15] every state that anybody was shown is in the journal, in order, whenever its records were taken",
  [
    fc.array(
      fc.record({
        changes: fc.array(fc.oneof(changes, arrayChanges), { maxLength: 3 }),
        shows: fc.boolean(),
        records: fc.boolean(),
        dies: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      }),
      { maxLength: 24 },
    ),
  ],
  (history) => {
    const room = new StateUnderTest();
    const shown: unknown[] = [];
    for (const { changes: some, shows, records, dies } of history) {
      for (const change of some) change(room.state);
      if (shows) {
        room.showAll(new TestClient("fresh", undefined));
        shown.push(comparable(contentOf(room.state)));
      }
      if (records || dies) room.record();
      if (dies) room.restore();
    }
    room.record();
    let from = 0;
    for (const state of shown) {
      const at = room.moments.findIndex((moment, index) => index >= from && isDeepStrictEqual(moment, state));
      expect(at).toBeGreaterThanOrEqual(0);
      from = at;
    }
  },
  150,
);

it("[P5.22] an object that was there before a crash is the same object at a client after it, and nothing is removed or added", () => {
  const room = new StateUnderTest();
  const client = new TestClient("one", undefined);
  room.join(client);
  for (const at of keys) room.state.units.set(at, newUnit(at.charCodeAt(0)));
  room.state.units.delete("b");
  room.patch();
  const before = (client.decoder.state as unknown as EverythingState).units.get("c");
  room.restore();
  // The decoder tells of the collections themselves at every full state.
  const changed: unknown[] = [];
  client.decoder.triggerChanges = (each) =>
    changed.push(...each.filter(({ dynamicIndex, op }) => dynamicIndex !== undefined || op === 64));
  room.showAll(client);
  expect(changed).toEqual([]);
  room.state.units.get("c")!.x = 5;
  room.state.units.set("e", newUnit(1));
  room.patch();
  const { units } = client.decoder.state as unknown as EverythingState;
  expect(units.get("c")).toBe(before);
  expect(before!.x).toBe(5);
  expect([...units.keys()].sort()).toEqual(["a", "c", "d", "e"]);
});
