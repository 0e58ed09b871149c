/**
 * What only one viewer may see, with the real encoders and decoders: everybody holds what all see and their own part,
 * and nothing of anybody else's is among the bytes that they were sent. Random worlds, and joins, returns and restores
 * at any moment.
 */
import { ArraySchema, MapSchema, type SchemaType, schema, t } from "@colyseus/schema";
import { expect, it } from "vitest";
import type { AnyGame, GameView, OwnView, Viewer } from "../../shared/game/game.ts";
import { fc, test } from "../match/property.ts";
import { Onlooker, Showing } from "./viewing.ts";

const Card = schema({ face: t.string(), marks: t.map("uint16") }, "OwnCard");
type Card = SchemaType<typeof Card>;
const Deck = schema({ left: t.uint8() }, "OwnDeck");
const Mine = schema(
  { role: t.string(), hand: t.map(Card), slots: t.array(Card), drawn: t.array("uint16"), deck: t.ref(Deck) },
  "OwnMine",
);
type Mine = SchemaType<typeof Mine>;
const Thing = schema({ x: t.int16() }, "OwnThing");
const Shown = schema({ turn: t.uint32(), things: t.map(Thing), mine: t.ref(Mine) }, "OwnShown");
type Shown = SchemaType<typeof Shown>;

interface Hand {
  readonly role: string;
  readonly cards: readonly number[];
  readonly slots: readonly number[];
}

interface World {
  readonly turn: number;
  readonly things: readonly number[];
  /** By viewer. */
  readonly hands: { readonly [viewer: string]: Hand };
}

const slotCount = 2;
/** In everything secret, so that it can be searched for. */
const face = (viewer: Viewer, card: number) => `secret-${viewer}-${card}.`;
const none: Hand = { role: "", cards: [], slots: [] };
const handOf = (world: World, viewer: Viewer) => world.hands[viewer] ?? none;

const own: OwnView<World, Mine> = {
  field: "mine",
  create() {
    const mine = new Mine();
    mine.hand = new MapSchema();
    mine.slots = new ArraySchema(...Array.from({ length: slotCount }, () => newCard()));
    mine.drawn = new ArraySchema();
    mine.deck = new Deck();
    return mine;
  },
  write(mine, world, viewer) {
    const { role, cards, slots } = handOf(world, viewer);
    mine.role = role;
    mine.deck.left = slots.length;
    for (const key of [...mine.hand.keys()]) if (!cards.includes(Number(key))) mine.hand.delete(key);
    for (const card of cards)
      if (!mine.hand.has(`${card}`)) mine.hand.set(`${card}`, newCard(face(viewer, card), card));
    for (const [slot, card] of inSlots(slots).entries())
      mine.slots[slot]!.face = card === undefined ? "" : face(viewer, card);
    if (`${[...mine.drawn]}` !== `${cards}`) mine.drawn = new ArraySchema(...cards);
  },
  read: (mine) => ({
    role: mine?.role ?? "",
    left: mine?.deck?.left ?? 0,
    hand: [...(mine?.hand ?? [])].map(([key, card]) => [key, card.face, card.marks.get("card") ?? 0]).sort(),
    slots: [...(mine?.slots ?? [])].map((card) => card.face ?? ""),
    drawn: [...(mine?.drawn ?? [])],
  }),
  of(world, viewer) {
    const { role, cards, slots } = handOf(world, viewer);
    return {
      ...{ role, left: slots.length },
      hand: cards.map((card) => [`${card}`, face(viewer, card), card]).sort(),
      slots: inSlots(slots).map((card) => (card === undefined ? "" : face(viewer, card))),
      drawn: [...cards],
    };
  },
};

function inSlots(slots: readonly number[]): (number | undefined)[] {
  return Array.from({ length: slotCount }, (_, slot) => slots[slot]);
}

function newCard(of = "", mark?: number): Card {
  const card = new Card();
  card.face = of;
  card.marks = new MapSchema();
  if (mark !== undefined) card.marks.set("card", mark);
  return card;
}

const view: GameView<World, Shown> = {
  create() {
    const shown = new Shown();
    shown.things = new MapSchema();
    return shown;
  },
  write(shown, { turn, things }) {
    shown.turn = turn;
    for (const key of [...shown.things.keys()]) if (!things.includes(Number(key))) shown.things.delete(key);
    for (const x of things)
      if (!shown.things.has(`${x}`)) shown.things.set(`${x}`, new Thing().assign({ x }));
  },
  read: ({ turn, things }) => ({ turn: turn ?? 0, things: [...things.values()].map(({ x }) => x).sort() }),
  of: ({ turn, things }) => ({ turn, things: [...things].sort() }),
  own,
};

const game = { view, seats: { min: 1, max: 3 }, tickRate: 20, patchRate: 20 } as unknown as AnyGame;
const viewers: readonly Viewer[] = [0, 1, 2, "spectator", "spectator"];

const cards = fc.uniqueArray(fc.nat(20), { maxLength: 5 });
const hand = fc.record({
  role: fc.constantFrom("", "role-a", "role-b"),
  cards,
  slots: fc.array(fc.nat(20), { maxLength: slotCount }),
});
const world = fc.record({
  turn: fc.nat(9),
  things: fc.uniqueArray(fc.nat(9), { maxLength: 5 }),
  hands: fc.record({ 0: hand, 1: hand, 2: hand, spectator: hand }),
});
const person = fc.nat(viewers.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("tick" as const), world, patch: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("come" as const), person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("go" as const), person }) },
  /** The seat is another player's from then on. */
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace" as const), person }) },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
);
type Step =
  | { readonly kind: "tick"; readonly world: World; readonly patch: boolean }
  | { readonly kind: "come" | "go" | "replace"; readonly person: number }
  | { readonly kind: "crash" };

const emptyWorld: World = { turn: 0, things: [], hands: {} };

/** Plays the steps. @returns everybody who ever looked */
function play(
  steps: readonly Step[],
  onPatch: (showing: Showing, people: readonly Onlooker[]) => void = () => {},
  played = game,
): readonly Onlooker[] {
  let showing = new Showing(played, { world: emptyWorld, refsReserved: 0 });
  const people = viewers.map((viewer) => new Onlooker(viewer));
  const everybody = [...people];
  showing.tick(emptyWorld);
  for (const each of steps) {
    if (each.kind === "crash") {
      const there = people.filter((one) => showing.has(one));
      showing = new Showing(played, showing.kept);
      showing.tick(showing.kept.world);
      for (const one of there) showing.join(one);
    } else if (each.kind === "tick") {
      showing.tick(each.world);
      if (!each.patch) continue;
      showing.patch();
      onPatch(showing, people);
    } else if (each.kind === "come") {
      if (!showing.has(people[each.person]!)) showing.join(people[each.person]!);
    } else {
      showing.hangUp(people[each.person]!);
      if (each.kind === "go") continue;
      people[each.person] = new Onlooker(viewers[each.person]!);
      everybody.push(people[each.person]!);
      showing.join(people[each.person]!);
    }
  }
  return everybody;
}

const held = ({ state }: Onlooker) => [
  view.read(state as Shown),
  own.read((state as Shown & { mine: Mine }).mine),
];

test(
  "[P1.12] [P5.3] everybody holds what all see and their own part, joins, returns and restores at any moment",
  [fc.array(step, { minLength: 5, maxLength: 40 })],
  (steps) => {
    play(steps, (showing, people) => {
      const { world: shown } = showing.kept as { world: World };
      for (const one of people.filter((each) => showing.has(each)))
        expect(held(one)).toEqual([view.of(shown), own.of(shown, one.viewer)]);
    });
  },
);

test(
  "[P1.12] nothing of another viewer's part is among the bytes that anybody is sent",
  [fc.array(step, { minLength: 5, maxLength: 40 })],
  (steps) => {
    for (const one of play(steps)) expect(strangers(one)).toEqual([]);
  },
);

/** Whose secrets are among the bytes. */
const secrets = ({ bytes }: Onlooker) =>
  [
    ...Buffer.concat(bytes)
      .toString("latin1")
      .matchAll(/secret-(\w+)-/g),
  ].map(([, of]) => of);

const strangers = (one: Onlooker) => secrets(one).filter((of) => of !== String(one.viewer));

const someHand = (...numbers: number[]): Hand => ({ role: "", cards: numbers, slots: numbers });
const dealt: World = { turn: 1, things: [], hands: { 0: someHand(1), 1: someHand(2), 2: someHand(3) } };

it("sabotage: a part that is written for the next seat is found among the bytes", () => {
  const write: typeof own.write = (mine, shown, viewer) => own.write(mine, shown, viewer === 0 ? 1 : viewer);
  const leaky = { ...game, view: { ...view, own: { ...own, write } } };
  const steps: Step[] = [
    { kind: "come", person: 0 },
    { kind: "tick", world: dealt, patch: true },
  ];
  const [ada] = play(steps, undefined, leaky);
  expect(strangers(ada!)).toEqual(["1", "1"]);
  expect(strangers(play(steps)[0]!)).toEqual([]);
});

it("[P1.12] a seat that goes to another player shows them nothing of the last one, also within one patch", () => {
  const hands = { 0: someHand(7) };
  const showing = new Showing(game, { world: { ...dealt, hands }, refsReserved: 0 });
  const [last, next] = [new Onlooker(0), new Onlooker(0)];
  showing.join(last);
  showing.patch();
  showing.tick({ ...dealt, hands: {} });
  showing.hangUp(last);
  showing.join(next);
  expect(secrets(next)).toEqual([]);
  expect(secrets(last)).toContain("0");
});

it("[P6] a part of the View that is not the same at every call is refused by name", () => {
  let calls = 0;
  const create = () => {
    const mine = own.create() as Mine;
    if (calls++ > 0) mine.hand.set("one", newCard());
    return mine;
  };
  const showing = new Showing(
    { ...game, view: { ...view, own: { ...own, create } } },
    { world: dealt, refsReserved: 0 },
  );
  expect(() => showing.join(new Onlooker(0))).toThrow("must make the same at every call");
});

it("[P5.14] [P7] a part that cannot be written at one tick costs nobody a change: the next patch has them all", () => {
  let fails = false;
  const write: typeof own.write = (mine, shown, viewer) => {
    if (fails && viewer === 1) throw new Error("no hand");
    own.write(mine, shown, viewer);
  };
  const failing = { ...game, view: { ...view, own: { ...own, write } } };
  const showing = new Showing(failing, { world: dealt, refsReserved: 0 });
  const people = [new Onlooker(0), new Onlooker(1), new Onlooker(2)];
  for (const one of people) showing.join(one);
  const later: World = { turn: 2, things: [4], hands: { 0: someHand(5, 6), 1: someHand(7), 2: someHand(8) } };
  fails = true;
  showing.tick(later);
  expect(() => showing.patch()).toThrow("no hand");
  fails = false;
  showing.patch();
  for (const one of people) expect(held(one)).toEqual([view.of(later), own.of(later, one.viewer)]);
});
