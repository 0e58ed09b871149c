/** `holdfast/testkit`: it finds nothing in games that keep the rules, and what breaks one of them by its name. */
import { schema, t } from "@colyseus/schema";
import { expect, test } from "vitest";
import { z } from "zod";
import { FakeClock, migrated, play, playAtRandom } from "../../doors/testkit.ts";
import type { AnyGame, OwnView } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { answerTo } from "../../testkit/carry-out.ts";
import { checkedHandlers } from "../../testkit/checked-handlers.ts";
import { lostIn } from "../../testkit/payload-check.ts";
import { shop } from "../docs/shop-game.ts";
import { press } from "../docs/tutorial-game.ts";
import version1 from "../games/arena-version-1.json" with { type: "json" };
import { press as byHand } from "../games/press-by-hand.ts";

test("a match is played line by line", () => {
  const match = play(press, { options: { goal: 3 } });
  const [ada, ben] = [match.join("Ada"), match.join("Ben")];
  match.tick();
  match.command(ben, "cheer");
  expect(match.tick({ [ada]: { pressed: 1 } })).toEqual([{ ok: true }]);
  expect(match.seen).toEqual({
    cheers: 1,
    players: { 0: { name: "Ada", points: 1 }, 1: { name: "Ben", points: 0 } },
  });
  match.ticks(100, { [ada]: { pressed: 7 } });
  expect(match.outcome?.ranking).toEqual([[ada], [ben]]);
  expect(match.tickNumber).toBe(4);
  match.verify();
});

test("what players were told in a tick is there to look at", () => {
  const told = [{ to: 0, name: "hello", payload: "Ada" }];
  const match = play({
    ...press,
    step: (world, record) => ({
      answers: [],
      ...press.step(world, record),
      told: record.joins.length > 0 ? told : [],
    }),
  } as typeof press);
  match.join("Ada");
  match.tick();
  expect(match.told).toEqual(told);
  match.tick();
  expect(match.told).toEqual([]);
});

test("seats are given out and given back as on a server", () => {
  const match = play(press);
  expect(Array.from({ length: 8 }, () => match.join())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(() => match.join()).toThrow("press: all 8 seats are taken");
  match.tick();
  match.leave(3);
  match.tick();
  expect(() => match.input(3, {})).toThrow("press: nobody has seat 3");
  expect(match.join("Eve")).toBe(3);
  match.tick();
  expect(match.world.players["3"]?.name).toBe("Eve");
  match.verify();
});

test("what is none of the game's is refused with what is wrong", () => {
  expect(() => play(press, { options: { goal: 0 } })).toThrow(/press refuses the options:.*goal/s);
  const match = play(press);
  match.join();
  match.tick();
  expect(() => match.command(0, "boo")).toThrow('press has no command "boo"');
  for (let inputs = 0; inputs < 4; inputs++) match.input(0, { pressed: 1 });
  expect(() => match.input(0, { pressed: 1 })).toThrow("a seat brings at most 4 inputs into a tick");
});

test.each([press, arena])("[P4] $name keeps every rule, whatever is played", (game) => {
  for (const seed of [1, 2, 3]) playAtRandom(game, { seed, ticks: 80 }).verify();
});

test("[P4] a golden World of the arena is brought forward", () => {
  expect(migrated(arena, version1.before, 1)).toEqual(arena.migrate!(structuredClone(version1.before), 1));
  expect(() => migrated(press, {}, 1)).toThrow("press has no `migrate`");
  const counting = {
    ...press,
    version: 2,
    migrate: (old: unknown) => ({ ...(old as object), goal: Math.random() }),
  };
  expect(() => migrated(counting as never, { cheers: 0, players: {} }, 1)).toThrow(
    "two Worlds of one, from version 1",
  );
});

let outside = 0;
const broken: Readonly<Record<string, readonly [Partial<typeof press>, RegExp]>> = {
  "a rule that draws from outside the World": [
    {
      step: (world, record) => {
        world.goal = 5 + Math.random();
        return press.step(world, record);
      },
    },
    /press: tick 1: `step` came to two Worlds from one, .*goal: 5\.\d+ and 5\.\d+/,
  ],
  "a World that is not plain data": [
    {
      step: (world, record) => {
        Object.assign(world, { seen: new Map() });
        return press.step(world, record);
      },
    },
    /press: tick 1: the World is not plain data: .*\$\.seen/,
  ],
  "an event by chance": [
    { step: () => ({ answers: [], told: [{ to: "all", name: "drawn", payload: Math.random() }] }) },
    /press: tick 1: `step` answered in two ways, .*told\.0\.payload: 0\.\d+ and 0\.\d+/,
  ],
  "a rule that changes its record": [
    {
      step: (world, record) => {
        (record as { tick: number }).tick++;
        return press.step(world, record);
      },
    },
    /press: tick 1: `step` changed its record, .*tick: 2 and 1/,
  ],
  "a View that is not what `of` says": [
    { view: { ...press.view, of: () => ({ cheers: 0, players: { 0: { name: "Eve", points: 0 } } }) } },
    /press: tick 1: the server, after `write`, holds another View than `of` says: players\.0\.name: "Ada" and "Eve"/,
  ],
};

test.each(Object.entries(broken))(
  "[P4] %s is named, with the tick and the field",
  (_what, [part, message]) => {
    const match = play({ ...press, ...part } as typeof press);
    match.join("Ada");
    expect(() => match.tick()).toThrow(message);
  },
);

const Purse = schema({ points: t.uint16() }, "Purse");

test("[P4] what one player alone sees is checked like the rest, by seat", () => {
  const own: OwnView<Parameters<typeof byHand.step>[0], InstanceType<typeof Purse>> = {
    field: "purse",
    create: () => new Purse(),
    write: (purse, world, viewer) => Object.assign(purse, { points: world.points[viewer] ?? 0 }),
    read: (purse) => ({ points: purse.points ?? 0 }),
    of: (world, viewer) => ({ points: (world.points[viewer] ?? 0) % 3 }),
  };
  const match = play({ ...byHand, view: { ...byHand.view, own } } as typeof byHand);
  const seat = match.join("Ada");
  match.ticks(2, { [seat]: { pressed: 1 } });
  expect(() => match.tick({ [seat]: { pressed: 1 } })).toThrow(
    /tick 3: what seat 0 alone sees: the server, after `write`, holds another View than `of` says: points: 3 and 0/,
  );
});

test("[P4] what a rule keeps outside of the World shows when the match is restored", () => {
  const step: typeof press.step = (world, record) => {
    const answers = press.step(world, record);
    // Twice in a live tick, once in a restored one.
    outside += 1;
    world.goal = 100 + ((outside >> 1) >> 1);
    return answers;
  };
  const match = play({ ...press, step });
  match.join();
  expect(() => {
    match.ticks(9);
    match.verify();
  }).toThrow(/leads to another World|came to two Worlds/);
});

test("a clock stands still until it is moved, and runs what is due in order", () => {
  const clock = new FakeClock(100);
  const done: string[] = [];
  clock.later(20, () => done.push(`second at ${clock.now()}`));
  const takeBack = clock.later(15, () => done.push("never"));
  clock.later(10, () => {
    done.push(`first at ${clock.now()}`);
    clock.later(5, () => done.push(`added at ${clock.now()}`));
  });
  takeBack();
  clock.advance(19);
  expect(done).toEqual(["first at 110", "added at 115"]);
  clock.advance(1);
  expect(done.at(-1)).toBe("second at 120");
});

test("[P4] what is in sight is there, once, and does not change when it is said to be constant", () => {
  const sight = (given: object) => ({
    ...{ field: "things", create: () => new Purse(), write: () => {}, read: () => null, sees: () => ["7"] },
    ...{ of: (world: { points: object }) => ({ points: JSON.stringify(world.points) }) },
    ...given,
  });
  const played = (given: object) => {
    const match = play({
      ...byHand,
      view: { ...byHand.view, sight: sight(given) },
    } as never as typeof byHand);
    const seat = match.join("Ada");
    match.ticks(3, { [seat]: { pressed: 1 } });
  };
  played({});
  expect(() => played({ constant: () => true })).toThrow(
    /tick 2: what is in sight: "7" is said to be constant, and it changed: points:/,
  );
  expect(() => played({ sees: () => ["7", "7"] })).toThrow(
    /in sight: `sees` gives spectator the id "7" twice/,
  );
  const of = () => {
    throw new Error("no 7");
  };
  expect(() => played({ of })).toThrow(/`sees` gives the id "7", of which nothing can be seen: no 7/);
});

test("[P4.10] a game that asks is played at random, with answers now and then or never", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const never = playAtRandom(shop, { seed, ticks: 100 });
    expect(never.asks.length).toBeGreaterThan(0);
    never.verify();
    const match = playAtRandom(shop, {
      ...{ seed, ticks: 200 },
      command: (below) => (below(5) === 0 ? ["buy", { item: "sword" }] : undefined),
      answer: ({ name }, below) => (below(3) === 0 ? answers[name] : undefined),
    });
    expect(JSON.stringify(match.world)).toContain("sword");
    match.verify();
  }
});

const answers: { readonly [name: string]: object } = {
  profile: { coins: 100, items: [] },
  buy: { bought: true, coins: 70 },
};

class Card {
  readonly #rank = 3;
  get rank() {
    return this.#rank;
  }
}
const around: { self?: unknown } = {};
around.self = around;

test.each<[what: string, payload: unknown, fault: string]>([
  ["a Map", { hands: [new Map([[1, 2]])] }, "payload.hands[0] is a Map, not a plain object"],
  ["a Set", new Set([1]), "payload is a Set, not a plain object"],
  ["a Date", { at: new Date(0) }, "payload.at is a Date, not a plain object"],
  ["an instance of a class", { card: new Card() }, "payload.card is a Card, not a plain object"],
  ["bytes", { raw: new Uint8Array(2) }, "payload.raw is a Uint8Array, not a plain object"],
  ["no number", { points: Number.NaN }, "payload.points is NaN, which becomes null"],
  ["a hole in a list", { all: [1, undefined] }, "payload.all[1] is undefined, which becomes null"],
  ["what contains itself", { around }, "payload.around.self contains itself"],
])(
  "[P7.17] %s in an event is named with its path, where a client would get something else",
  (_, payload, fault) => {
    expect(lostIn(payload, "payload")).toBe(fault);
  },
);

test("[P7.17] an event, an ask and an answer that do not arrive as they are given are named", () => {
  const stepOf = (stepped: object) =>
    play({ ...shop, step: () => ({ answers: [], ...stepped }) } as never as typeof shop);
  const cases = [
    [
      { told: [{ to: "all", name: "dealt", payload: new Map() }] },
      'shop: tick 1: the event "dealt" does not',
    ],
    [
      { asks: [{ name: "save", payload: new Set() }] },
      'the ask "save" does not arrive as it is asked: payload is',
    ],
  ] as const;
  for (const [stepped, words] of cases) expect(() => stepOf(stepped).tick()).toThrow(words);
  const answering = play({
    ...press,
    step: (_world: unknown, { commands }: { commands: readonly unknown[] }) =>
      commands.map(() => ({ ok: true, data: { when: new Date(0) } })),
  } as never as typeof press);
  const ada = answering.join("Ada");
  answering.command(ada, "cheer");
  expect(() => answering.tick()).toThrow(
    "the answer to a command does not arrive as it is given: data.when is a Date",
  );
});

test("[P7.17] a handler's answer that JSON changes is named, to the author and not to the match", async () => {
  const at = z.object({ at: z.date() });
  const game = { ...shop, asks: { profile: { answer: at } } } as never as AnyGame;
  const problems: string[] = [];
  const handlers = { [game.name]: { profile: () => ({ at: new Date(0) }) } };
  const checked = checkedHandlers([game], handlers, (problem) => problems.push(problem));
  const call = { payload: {} } as never;
  expect(await checked[game.name]!["profile"]!(call)).toEqual({ at: new Date(0) });
  expect(problems).toEqual([
    'shop: the answer to the ask "profile" does not arrive as it is given: answer.at is a Date, not a plain object',
  ]);
  expect(() => answerTo(game, { name: "profile" }, { at: new Date(0) })).toThrow("answer.at is a Date");
});
