/** A game that `defineGame` makes: what it does for its author, and what it refuses. Types are checked by tsc. */
import { t } from "@colyseus/schema";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineGame } from "../../shared/game/define-game.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import type { TickRecord } from "../../shared/game/game.ts";
import { handWritten, lines, list, map, optional } from "../../shared/game/view/composed.ts";
import { bool, f32, i32, oneOf, text, u8, u16, u32, whole } from "../../shared/game/view/scalars.ts";
import type { pingPong } from "../games/ping-pong.ts";

const dice = defineGame({
  name: "dice",
  version: 1,
  tickRate: 10,
  seats: [1, 4],
  options: z.object({ sides: z.int().default(6) }),
  input: { nudge: whole(-1, 1), hold: bool },
  commands: { roll: z.object({ times: z.int() }), pass: z.object({}) },
  view: { thrown: list(u8), last: optional(oneOf("roll", "pass")) },
  create: ({ sides }, chance) => ({ sides, first: chance.below(sides), thrown: [] as number[], last: "" }),
  step(world, tick) {
    for (const command of tick.commands) {
      if (command.name === "pass") continue;
      expectTypeOf(command.payload).toEqualTypeOf<{ times: number }>();
      if (command.payload.times > 3) command.answer("at most three");
      else for (let n = 0; n < command.payload.times; n++) world.thrown.push(tick.chance.below(world.sides));
      world.last = command.name;
      command.answer("only the first answer counts");
    }
    for (const { inputs } of tick.inputs) {
      for (const input of inputs) {
        expectTypeOf(input).toMatchTypeOf<{ seq: number; nudge: number; hold: boolean }>();
        world.thrown.push(input.hold ? 100 : 200);
      }
    }
  },
  see: ({ thrown, last }) => ({ thrown, last: last === "roll" ? "roll" : null }),
});

function record(tick: number, parts: Partial<TickRecord<never>> = {}): TickRecord<never, never> {
  return {
    ...{ tick, leaves: [], joins: [], drops: [], returns: [], commands: [], inputs: [], ...parts },
  } as never;
}

const asked = (name: string, payload: unknown) => ({ seat: 0, command: { name, payload } });

test("[P1.3] commands have their payload by name, and each has one answer, in order; silence is a yes", () => {
  const world = dice.create(1, { sides: 6 });
  const commands = [asked("roll", { times: 4 }), asked("pass", {}), asked("roll", { times: 2 })] as never;
  expect(dice.step(world, record(1, { commands }))).toEqual([
    { ok: false, reason: "at most three" },
    { ok: true },
    { ok: false, reason: "only the first answer counts" },
  ]);
  expect(world.thrown).toHaveLength(2);
});

test("[P4.3] chance goes on from the World alone: a copy of it draws the same", () => {
  const world = dice.create(7, { sides: 100 });
  expect(Object.keys(world)).toContain("random");
  const commands = [asked("roll", { times: 3 })] as never;
  dice.step(world, record(1, { commands }));
  const restored = structuredClone(world);
  for (const each of [world, restored]) dice.step(each, record(2, { commands }));
  expect(hashPlain(restored)).toBe(hashPlain(world));
  expect(new Set(world.thrown).size).toBeGreaterThan(3);
  expect(dice.create(7, { sides: 100 }).first).toBe(dice.create(7, { sides: 100 }).first);
});

test("[P4.5] the state of chance that a World has already is left alone, and one that is none is refused", () => {
  const of = (random: number) =>
    defineGame({
      ...{ name: "own", version: 1, tickRate: 10, seats: [1, 1] as const, options: z.object({}) },
      view: { n: u8 },
      create: () => ({ random, n: 0 }),
      step: () => {},
      see: ({ n }) => ({ n }),
    });
  expect(of(5).create(1, {})).toEqual({ random: 5, n: 0 });
  expect(() => of(0.5).create(1, {})).toThrow("own: `random` of the World is the state of chance, not 0.5");
});

test("an input has `seq` and whole numbers on the wire; the rules get true and false", () => {
  expect(dice.input).toEqual({
    seq: { type: "uint32", min: 0, max: 0xffff_ffff },
    nudge: { type: "int8", min: -1, max: 1 },
    hold: { type: "uint8", min: 0, max: 1 },
  });
  expect(Object.keys(dice.input)[0]).toBe("seq");
  const world = dice.create(1, { sides: 6 });
  const inputs = [
    {
      seat: 0,
      inputs: [
        { seq: 1, nudge: 0, hold: 1 },
        { seq: 2, nudge: 1, hold: 0 },
      ],
    },
  ];
  dice.step(world, record(1, { inputs: inputs as never }));
  expect(world.thrown).toEqual([100, 200]);
});

test("what is left out has a default: patches, inputs, commands and the end", () => {
  const bare = {
    ...{ name: "bare", version: 1, seats: [1, 1] as const, options: z.object({}), view: { n: u8 } },
    create: () => ({ n: 0 }),
    step: () => {},
    see: ({ n }: { n: number }) => ({ n }),
  };
  const [slow, fast] = [defineGame({ ...bare, tickRate: 8 }), defineGame({ ...bare, tickRate: 60 })];
  expect([slow.patchRate, fast.patchRate]).toEqual([8, 20]);
  expect(Object.keys(slow.input)).toEqual(["seq"]);
  expect(slow.commands).toEqual({});
  expect(slow.outcome({ n: 1 })).toBeUndefined();
  expect([slow.migrate, slow.queueOptions]).toEqual([undefined, undefined]);
});

test("migrate brings a World forward, and its chance goes on", () => {
  const moved = defineGame({
    ...{ name: "moved", version: 2, tickRate: 10, seats: [1, 1] as const, options: z.object({}) },
    view: { n: u8 },
    create: () => ({ n: 0 }),
    step: () => {},
    see: ({ n }) => ({ n }),
    migrate: (world) => ({ n: (world as { old: number }).old }),
  });
  expect(moved.migrate!({ old: 3, random: 77 }, 1)).toEqual({ n: 3, random: 77 });
});

const shown = { ...{ name: "odd", version: 1, tickRate: 10, seats: [1, 1] as const, options: z.object({}) } };
const oddView = (view: never) => () =>
  defineGame({ ...shown, view, create: () => ({}), step: () => {}, see: () => ({}) as never });
const oddInput = (input: never) => () =>
  defineGame({
    ...{ ...shown, input, view: { n: u8 } },
    create: () => ({}),
    step: () => {},
    see: () => ({ n: 1 }),
  });
const byHand = handWritten({ type: () => t.uint8(), write: () => {}, read: () => 0, of: () => 0 });
const many = Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`f${n}`, u8]));

test.each<[what: string, define: () => unknown, message: string]>([
  ["a View without fields", oddView({} as never), "odd: an object of a View needs a field"],
  ["an object without fields", oddView({ a: {} } as never), "odd: a: an object of a View needs a field"],
  ["a field that is no kind", oddView({ a: { b: 1 } } as never), "odd: a.b: 1 is no kind of a field"],
  ["a name of the schema", oddView({ assign: u8 } as never), "odd: assign: the schema package uses the name"],
  ["a name like a number", oddView({ a: list({ "0": u8 }) } as never), "odd: a[].0: a field is named like"],
  ["too many fields", oddView({ a: map(many) } as never), "odd: a[] has 64 fields, at most 63"],
  [
    "a flag that is taken",
    oddView({ hasLast: u8, last: optional(u8) } as never),
    'odd: last: there is another field "hasLast"',
  ],
  [
    "something hand-written in what may be missing",
    oddView({ a: optional({ b: { c: byHand } }) } as never),
    "odd: a.b.c: what is hand-written can be neither in `optional` nor in `lines`",
  ],
  [
    "lines with something hand-written",
    oddView({ a: lines(3, { id: u32, c: byHand }) } as never),
    "odd: a[].c: what",
  ],
  ["an input that is no whole number", oddInput({ a: f32 } as never), "odd: input.a: an input is of u8"],
  ["an input of more than it may have", oddInput({ a: i32 } as never), "odd: input.a: an input is of u8"],
  ["an input of a text", oddInput({ a: text } as never), "odd: input.a: an input is of u8"],
  ["an input that numbers itself", oddInput({ seq: u32 } as never), "odd: input.seq: it is added by itself"],
])("[P7.8] %s is refused with the game and the field", (_what, define, message) => {
  expect(define).toThrow(message);
});

const oddParts = (more: object) => () =>
  defineGame({
    ...{ ...shown, view: { n: u8 }, create: () => ({ n: 1 }), step: () => {}, see: () => ({ n: 1 }) },
    ...(more as object),
  });

test.each<[what: string, more: object, message: string]>([
  [
    "a part that is misspelt",
    { whenempty: "sleep" },
    'the game "odd" has a part `whenempty`, which means nothing; did you mean `whenEmpty`?',
  ],
  ["a time to wake that is a text", { wakeAt: "x" }, 'the game "odd" has a `wakeAt` that is not a function'],
  ["an outcome that is an object", { outcome: {} }, "has a `outcome` that is not a function, but object"],
  ["a migrate that is a yes", { migrate: true }, "has a `migrate` that is not a function, but boolean"],
  ["a missing step", { step: undefined }, 'the game "odd" has no `step`'],
  ["a missing see", { see: null }, 'the game "odd" has no `see`'],
  ["an own part that sees nothing", { own: { fields: { hand: u8 } } }, 'the game "odd" has no `own.see`'],
  [
    "a sight with a part that is misspelt",
    { sight: { fields: { x: u8 }, see: () => ({}), sees: () => [], constants: () => true } },
    "has in `sight` a part `constants`, which means nothing; did you mean `constant`?",
  ],
])("[P7.8] %s is refused with the game and the part", (_what, more, message) => {
  expect(oddParts(more)).toThrow(message);
});

test("[P7.7] what `see` gives is checked where it is no value of its kind, with game and field", () => {
  const seen = (given: unknown) => () => {
    const game = defineGame({
      ...shown,
      view: { side: oneOf("left", "right"), players: map({ cards: u16, name: text }) },
      create: () => ({}),
      step: () => {},
      see: () => given as never,
    });
    game.view.write(game.view.create(), {});
  };
  expect(seen(undefined)).toThrow("odd is undefined, not an object");
  expect(seen({ side: "up", players: {} })).toThrow('odd: side is "up", not one of left, right');
  expect(seen({ side: "left" })).toThrow("odd: players is undefined, not an object or a Map");
  expect(seen({ side: "left", players: { a: { name: "Ada" } } })).toThrow(
    "odd: players[].cards is undefined, not a number",
  );
  expect(seen({ side: "left", players: { a: null } })).toThrow("odd: players[] is null, not an object");
});

test("the types of payloads, inputs and of what is read follow from the declarations", () => {
  expectTypeOf<ReturnType<typeof pingPong.view.read>>().toEqualTypeOf<{
    ball: { x: number; y: number };
    players: { [key: string]: { name: string; y: number; points: number; side: "left" | "right" } };
  }>();
  expectTypeOf<ReturnType<typeof dice.view.of>["last"]>().toEqualTypeOf<"roll" | "pass" | null>();
  const rest = { ...shown, create: () => ({ n: 1 as number }), step: () => {} };
  const view = { a: oneOf("b", "c"), d: map({ e: optional(u8) }) };
  defineGame({
    ...rest,
    view,
    see: ({ n }) => ({ a: n > 0 ? "b" : "c", d: { f: { e: n > 0 ? 1 : null } } }),
  });
  // @ts-expect-error a field is missing
  defineGame({ ...rest, view, see: () => ({ a: "b" }) });
  // @ts-expect-error not one of the words
  defineGame({ ...rest, view, see: () => ({ a: "x", d: {} }) });
  expect(() =>
    // @ts-expect-error no kind of a field
    defineGame({ ...rest, view: { a: 1 }, see: () => ({ a: 1 }) }),
  ).toThrow("odd: a: 1 is no kind of a field");
});
