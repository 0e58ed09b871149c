/**
 * A declared game whose players see different things, are told things and get answers with data: what its author writes,
 * and that every client holds what `see` and `sees` say, with the real encoders and decoders.
 */
import { expect, expectTypeOf, test as it } from "vitest";
import { z } from "zod";
import { areaGrid } from "../../shared/game/area-grid.ts";
import { defineGame } from "../../shared/game/define-game.ts";
import type { AnyGame, TickRecord, Viewer } from "../../shared/game/game.ts";
import { list, map, optional } from "../../shared/game/view/composed.ts";
import { i16, text, u8, u16 } from "../../shared/game/view/scalars.ts";
import { fc, test } from "../match/property.ts";
import { Onlooker, Showing } from "../room/viewing.ts";

interface Unit {
  readonly x: number;
  readonly cargo: readonly number[];
  readonly name: string | null;
}

interface HandsWorld {
  turn: number;
  readonly hands: { [viewer: string]: readonly number[] };
  readonly units: { [id: string]: Unit };
  readonly sights: { [viewer: string]: readonly string[] };
}

const seen = ({ sights, units }: HandsWorld, viewer: Viewer) =>
  (sights[viewer] ?? []).filter((id) => id in units);

const hands = defineGame({
  name: "hands",
  version: 1,
  tickRate: 20,
  seats: [2, 3],
  options: z.object({}),
  commands: { draw: z.object({}), fold: z.object({}) },
  view: { turn: u16, players: map({ cards: u8 }) },
  create: (): HandsWorld => ({ turn: 0, hands: {}, units: {}, sights: {} }),
  step(world, tick) {
    for (const { seat, userId } of tick.joins) {
      expectTypeOf(userId).toEqualTypeOf<string>();
      tick.tell(seat, "hello", { user: userId });
    }
    for (const command of tick.commands) {
      if (command.name === "fold") command.answer("not now");
      else command.answer(true, { card: 7 });
      tick.tell("all", "asked");
    }
    world.turn = tick.tick;
  },
  see: ({ turn, hands: of }) => ({
    turn,
    players: Object.fromEntries(Object.entries(of).map(([seat, cards]) => [seat, { cards: cards.length }])),
  }),
  own: {
    fields: { role: text, hand: list(u8), best: optional(u8) },
    see: ({ hands: of }, viewer) => ({
      role: `role of ${viewer}`,
      hand: of[viewer] ?? [],
      best: of[viewer]?.length ? Math.max(...of[viewer]) : null,
    }),
  },
  sight: {
    fields: { x: i16, cargo: list(u8), name: optional(text) },
    see: ({ units }, id) => units[id]!,
    prepare: ({ units }) =>
      areaGrid(Object.fromEntries(Object.entries(units).map(([id, { x }]) => [id, { x, y: 0 }])), 4),
    sees: (world, viewer, grid) => {
      const all = new Set(grid.within({ x: 0, y: 0 }, 10));
      return seen(world, viewer).filter((id) => all.has(id));
    },
  },
});

const viewers: readonly Viewer[] = [0, 1, 2, "spectator"];
const cards = fc.array(fc.nat(9), { maxLength: 4 });
const unit = fc.record({
  x: fc.integer({ min: -9, max: 9 }),
  cargo: cards,
  name: fc.option(fc.string({ maxLength: 3 })),
});
const ids = ["a", "b", "c", "d"];
const sight = fc.subarray(ids);
const world: fc.Arbitrary<HandsWorld> = fc.record({
  turn: fc.nat(9),
  hands: fc.record({ 0: cards, 1: cards, 2: cards }),
  units: fc.dictionary(fc.constantFrom(...ids), unit, { noNullPrototype: true }),
  sights: fc.record({ 0: sight, 1: sight, 2: sight, spectator: sight }),
});
type Step = { readonly world: HandsWorld; readonly away: number; readonly crash: boolean };
const step: fc.Arbitrary<Step> = fc.record({
  world,
  away: fc.nat(2 * viewers.length),
  crash: fc.boolean(),
});

const own = hands.view.own!;
const units = hands.view.sight!;
type State = Parameters<typeof hands.view.read>[0] & { own: never; inSight: Map<string, never> };

const held = (state: State) => [
  hands.view.read(state),
  own.read(state.own),
  [...state.inSight].map(([id, thing]) => [id, units.read(thing)]).sort(),
];

const expected = (shown: HandsWorld, viewer: Viewer) => [
  hands.view.of(shown),
  own.of(shown, viewer),
  seen(shown, viewer)
    .map((id) => [id, units.of(shown, id)])
    .sort(),
];

test(
  "[P1.12] [P1.13] [P5.3] every client of a declared game holds what `see` and `sees` say, returns and restores at any moment",
  [fc.array(step, { minLength: 3, maxLength: 20 })],
  (steps) => {
    let showing = new Showing(hands as AnyGame, { world: hands.create(1, {}), refsReserved: 0 });
    showing.tick(showing.kept.world);
    const people = viewers.map((viewer) => new Onlooker(viewer));
    for (const one of people) showing.join(one);
    for (const { world: shown, away, crash } of steps) {
      if (crash) {
        showing = new Showing(hands as AnyGame, showing.kept);
        showing.tick(showing.kept.world);
      }
      const gone = people[away];
      if (gone !== undefined) showing.hangUp(gone);
      for (const one of people) if (one !== gone && !showing.has(one)) showing.join(one);
      showing.tick(shown);
      showing.patch();
      for (const one of people)
        if (showing.has(one)) expect(held(one.state as never)).toEqual(expected(shown, one.viewer));
    }
  },
);

const record = (parts: Partial<TickRecord<never>>): TickRecord<never, never> =>
  ({ tick: 1, leaves: [], joins: [], drops: [], returns: [], commands: [], inputs: [], ...parts }) as never;

it("[P2.12] a declared step tells, and answers with data; who joins is somebody", () => {
  const asked = (name: string) => ({ seat: 0, command: { name, payload: {} } });
  const given = record({
    joins: [{ seat: 0, name: "Ada", userId: "u1" }],
    commands: [asked("draw"), asked("fold")] as never,
  });
  expect(hands.step(hands.create(1, {}), given)).toEqual({
    answers: [
      { ok: true, data: { card: 7 } },
      { ok: false, reason: "not now" },
    ],
    told: [
      { to: 0, name: "hello", payload: { user: "u1" } },
      { to: "all", name: "asked", payload: null },
      { to: "all", name: "asked", payload: null },
    ],
  });
  expect(hands.step(hands.create(1, {}), record({}))).toEqual([]);
});

it("a field of the View that has the name of a part is refused, with the game", () => {
  const part = { fields: { n: u8 }, see: () => ({ n: 1 }) };
  const define = () =>
    defineGame({
      ...{ name: "twice", version: 1, tickRate: 10, seats: [1, 1] as const, options: z.object({}) },
      view: { own: u8 },
      create: () => ({}),
      step: () => {},
      see: () => ({ own: 1 }),
      own: part,
    });
  expect(define).toThrow("twice: `own` of the View has its own declaration");
});
