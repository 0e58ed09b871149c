/**
 * Things of which each viewer sees some, with the real encoders and decoders: every map has exactly what its viewer sees,
 * and nothing of anything else was among the bytes. Random worlds, ids that are used again, joins, returns and restores
 * at any moment.
 */
import { ArraySchema, MapSchema, type SchemaType, schema, t } from "@colyseus/schema";
import { expect, it } from "vitest";
import type { AnyGame, GameView, SightView, Viewer } from "../../shared/game/game.ts";
import { fc, test } from "../match/property.ts";
import { Onlooker, Showing } from "./viewing.ts";

const Part = schema({ word: t.string() }, "SightPart");
const Thing = schema(
  { x: t.int16(), name: t.string(), bag: t.map("uint8"), parts: t.array(Part), head: t.ref(Part) },
  "SightThing",
);
type Thing = SchemaType<typeof Thing>;
const Own = schema({ word: t.string() }, "SightOwn");
type Own = SchemaType<typeof Own>;
const Shown = schema({ turn: t.uint32(), things: t.map(Thing), mine: t.ref(Own) }, "SightShown");
type Shown = SchemaType<typeof Shown>;

interface World {
  readonly turn: number;
  readonly things: { readonly [id: string]: { readonly x: number; readonly bag: readonly number[] } };
  /** Ids, by viewer; those that are not there are not seen. */
  readonly sights: { readonly [viewer: string]: readonly string[] };
}

const name = (id: string) => `secret-${id}-.`;
const idsSeen = ({ sights, things }: World, viewer: Viewer) =>
  (sights[viewer] ?? []).filter((id) => id in things);

const sight: SightView<World, Thing, number> = {
  field: "things",
  create() {
    const thing = new Thing();
    thing.bag = new MapSchema();
    thing.parts = new ArraySchema(new Part().assign({ word: "" }), new Part().assign({ word: "" }));
    return thing;
  },
  write(thing, { things }, id) {
    const { x, bag } = things[id]!;
    thing.x = x;
    thing.name = name(id);
    for (const key of [...thing.bag.keys()]) if (!bag.includes(Number(key))) thing.bag.delete(key);
    for (const item of bag) thing.bag.set(`${item}`, item);
    thing.parts[x % 2]!.word = name(id);
    if (thing.head?.word !== `${x}`) thing.head = new Part().assign({ word: `${x}` });
  },
  read: (thing) => ({
    ...{ x: thing.x ?? 0, name: thing.name ?? "", head: thing.head?.word ?? "" },
    bag: [...(thing.bag ?? [])].map(([, item]) => item).sort(),
  }),
  of({ things }, id) {
    const { x, bag } = things[id]!;
    return { x, name: name(id), head: `${x}`, bag: [...bag].sort() };
  },
  prepare: ({ turn }) => turn,
  sees(world, viewer, prepared) {
    expect(prepared).toBe(world.turn);
    return idsSeen(world, viewer);
  },
};

const view: GameView<World, Shown> = {
  create: () => new Shown(),
  write(shown, { turn }) {
    shown.turn = turn;
  },
  read: ({ turn }) => turn ?? 0,
  of: ({ turn }) => turn,
  own: {
    field: "mine",
    create: () => new Own(),
    write: (own, { turn }, viewer) => void Object.assign(own, { word: `${viewer} ${turn % 3}` }),
    read: (own) => (own as Own | undefined)?.word ?? "",
    of: ({ turn }, viewer) => `${viewer} ${turn % 3}`,
  },
  sight,
};

const game = { view, seats: { min: 1, max: 3 }, tickRate: 20, patchRate: 20 } as unknown as AnyGame;
const viewers: readonly Viewer[] = [0, 1, 2, "spectator", "spectator"];
const ids = ["a", "b", "c", "d", "e"];

type Step =
  | { readonly kind: "tick"; readonly world: World; readonly patch: boolean }
  | { readonly kind: "come" | "go"; readonly person: number }
  | { readonly kind: "crash" };

const thing = fc.record({ x: fc.nat(9), bag: fc.uniqueArray(fc.nat(4), { maxLength: 3 }) });
const seen = fc.subarray(ids);
const world = fc.record({
  turn: fc.nat(9),
  things: fc.dictionary(fc.constantFrom(...ids), thing, { noNullPrototype: true }),
  sights: fc.record({ 0: seen, 1: seen, 2: seen, spectator: seen }),
});
const person = fc.nat(viewers.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ kind: fc.constant("tick" as const), world, patch: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("come", "go"), person }) },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
);

const emptyWorld: World = { turn: 0, things: {}, sights: {} };

/** Plays the steps. @returns everybody, and what each may have seen */
function play(steps: readonly Step[], check: (one: Onlooker, shown: World) => void) {
  let showing = new Showing(game, { world: emptyWorld, refsReserved: 0 });
  const people = viewers.map((viewer) => new Onlooker(viewer));
  const allowed = new Map(people.map((one) => [one, new Set<string>()]));
  showing.tick(emptyWorld);
  const mayHaveSeen = (one: Onlooker) => {
    for (const id of idsSeen(showing.kept.world as World, one.viewer)) allowed.get(one)!.add(id);
  };
  const join = (one: Onlooker) => {
    showing.join(one);
    mayHaveSeen(one);
  };
  for (const each of steps) {
    if (each.kind === "crash") {
      const there = people.filter((one) => showing.has(one));
      showing = new Showing(game, showing.kept);
      showing.tick(showing.kept.world);
      for (const one of there) join(one);
    } else if (each.kind === "tick") {
      showing.tick(each.world);
      if (!each.patch) continue;
      showing.patch();
      for (const one of people.filter((every) => showing.has(every))) {
        mayHaveSeen(one);
        check(one, each.world);
      }
    } else if (each.kind === "go") showing.hangUp(people[each.person]!);
    else if (!showing.has(people[each.person]!)) join(people[each.person]!);
  }
  return allowed;
}

const held = ({ state }: Onlooker) => {
  const shown = state as Shown & { mine: Own };
  const things = [...shown.things].map(([id, each]) => [id, sight.read(each)]).sort();
  return { turn: view.read(shown), own: view.own!.read(shown.mine), things };
};

const expected = (shown: World, viewer: Viewer) => ({
  ...{ turn: shown.turn, own: view.own!.of(shown, viewer) },
  things: idsSeen(shown, viewer)
    .map((id) => [id, sight.of(shown, id)])
    .sort(),
});

test(
  "[P1.13] [P5.3] every map has exactly what its viewer sees, joins, returns and restores at any moment",
  [fc.array(step, { minLength: 5, maxLength: 40 })],
  (steps) => {
    play(steps, (one, shown) => expect(held(one)).toEqual(expected(shown, one.viewer)));
  },
);

test(
  "[P1.13] nothing that its viewer never saw is among the bytes that anybody is sent",
  [fc.array(step, { minLength: 5, maxLength: 40 })],
  (steps) => {
    for (const [{ bytes }, mayHave] of play(steps, () => {}))
      for (const [, id] of Buffer.concat(bytes)
        .toString("latin1")
        .matchAll(/secret-(\w)-/g))
        expect([...mayHave]).toContain(id);
  },
);

it("[P6] things that come and go leave nothing behind, on the server's side or a client's", () => {
  const showing = new Showing(game, { world: emptyWorld, refsReserved: 0 });
  const one = new Onlooker(0);
  showing.join(one);
  const empty = one.objects;
  for (let turn = 0; turn < 50; turn++) {
    const id = `${turn}`;
    showing.tick({ turn, things: { [id]: { x: turn, bag: [1] } }, sights: { 0: [id] } });
    showing.patch();
    expect(held(one).things).toHaveLength(1);
  }
  showing.tick(emptyWorld);
  showing.patch();
  expect(one.objects).toBe(empty);
});

it("[P6] a thing is written once in a patch, however many see it", () => {
  let writes = 0;
  const write: typeof sight.write = (...given) => {
    writes += 1;
    sight.write(...given);
  };
  const counted = { ...game, view: { ...view, sight: { ...sight, write } } };
  const shown = { turn: 1, things: { a: { x: 1, bag: [] } }, sights: { 0: ["a"], 1: ["a"], 2: ["a"] } };
  const showing = new Showing(counted, { world: shown, refsReserved: 0 });
  for (const viewer of [0, 1, 2]) showing.join(new Onlooker(viewer));
  writes = 0;
  showing.patch();
  expect(writes).toBe(1);
});

it("[P1.13] what is constant is written when it comes into sight, and not again while somebody sees it", () => {
  const written: string[] = [];
  const constant = (id: string) => id === "b";
  const write: typeof sight.write = (given, shown, id) => {
    written.push(id);
    sight.write(given, shown, id);
  };
  const counted = { ...game, view: { ...view, sight: { ...sight, constant, write } } };
  const of = (turn: number, ...seen: string[]): World => ({
    ...{ turn, things: { a: { x: turn, bag: [] }, b: { x: 7, bag: [3] } } },
    sights: { 0: ["a", "b"], 1: seen },
  });
  const showing = new Showing(counted, { world: of(1), refsReserved: 0 });
  const [ada, ben] = [new Onlooker(0), new Onlooker(1)];
  showing.join(ada);
  showing.join(ben);
  for (const [turn, seen] of [
    [2, ["b"]],
    [3, []],
    [4, ["b", "a"]],
  ] as const) {
    showing.tick(of(turn, ...seen));
    showing.patch();
    for (const one of [ada, ben]) expect(held(one)).toEqual(expected(of(turn, ...seen), one.viewer));
  }
  expect(written.filter((id) => id === "b")).toHaveLength(1);
});

it("[P5.14] [P7] what cannot be said of one viewer at one tick costs nobody a change: the next patch has them all", () => {
  let fails = false;
  const sees: typeof sight.sees = (shown, viewer, prepared) => {
    if (fails && viewer === 1) throw new Error("blind");
    return sight.sees(shown, viewer, prepared);
  };
  const failing = { ...game, view: { ...view, sight: { ...sight, sees } } };
  const of = (turn: number, x: number): World => ({
    ...{ turn, things: { a: { x, bag: [x % 5] }, b: { x: 1, bag: [] } } },
    sights: { 0: ["a"], 1: ["a", "b"], 2: x > 2 ? ["b"] : ["a"], spectator: ["a", "b"] },
  });
  const showing = new Showing(failing, { world: of(1, 1), refsReserved: 0 });
  const people = [new Onlooker(0), new Onlooker(1), new Onlooker(2)];
  for (const one of people) showing.join(one);
  fails = true;
  showing.tick(of(2, 2));
  expect(() => showing.patch()).toThrow("blind");
  showing.tick(of(3, 3));
  expect(() => showing.patch()).toThrow("blind");
  people.push(new Onlooker("spectator"));
  showing.join(people.at(-1)!);
  fails = false;
  showing.tick(of(4, 4));
  showing.patch();
  for (const one of people) expect(held(one)).toEqual(expected(of(4, 4), one.viewer));
});
