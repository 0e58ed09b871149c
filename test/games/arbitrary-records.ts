/**
 * fast-check's source of arena matches: records as a room could make them (seats that exist, inputs of the
 * connected, growing `seq`), or, when `wild`, any that the types allow. Players hold an input for a stretch
 * of ticks, so that they get somewhere, meet and shoot; stretches shrink well.
 */
import fc from "fast-check";
import { visibleText } from "../../shared/game/deterministic/visible-text.ts";
import type { ArenaCommand } from "../../shared/games/arena/command.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaRecord } from "../../shared/games/arena/step.ts";
import { seatsMax } from "../../shared/games/arena/world.ts";

export interface RecordsOptions {
  /** Seats in play: 0..seats-1. */
  readonly seats: number;
  /** Stretches of up to 30 ticks each. */
  readonly stretchesMax: number;
  /** Also seats that nobody has, values out of range, NaN, double joins. Default false. */
  readonly wild?: boolean;
}

/** What a player does with every input of a stretch. */
interface Hand {
  readonly moveX: number;
  readonly moveY: number;
  readonly aim: number;
  /** Added to the aim at each input. */
  readonly turning: number;
  readonly buttons: number;
  readonly seen: number;
  /** Inputs per tick. */
  readonly count: number;
}

interface Stretch {
  readonly ticks: number;
  readonly leaves: readonly number[];
  readonly joins: readonly { readonly seat: number; readonly name: string }[];
  readonly drops: readonly number[];
  readonly returns: readonly number[];
  readonly commands: readonly { readonly seat: number; readonly command: ArenaCommand }[];
  readonly hands: readonly Hand[];
}

/** Letters, and what makes names hard: invisible, astral, lone surrogates. (`unit: "binary"` takes 1.5 s.) */
const nameCharacters = [
  "a",
  "B",
  "7",
  " ",
  "ä",
  "名",
  "😀",
  "\u0000",
  "\u200d",
  "\u202e",
  "\ufeff",
  "\ud800",
  "\udc00",
];

/** The options that decide who fights whom: everybody everybody, or sides of up to four; any seats with bots. */
export const arbitrarySides = fc.record({
  teamSize: fc.constantFrom(1, 1, 2, 3, 4),
  bots: fc.uniqueArray(fc.nat({ max: seatsMax - 1 }), { maxLength: 6 }),
});

/** Consecutive records from tick 1 on. The first one seats everybody, unless `wild`. */
export function arbitraryRecords(options: RecordsOptions): fc.Arbitrary<ArenaRecord[]> {
  const stretches = fc.array(arbitraryStretch(options), { minLength: 1, maxLength: options.stretchesMax });
  return stretches.map((list) => (options.wild ? wildRecords(list) : soundRecords(list, options.seats)));
}

function arbitraryStretch({ seats, wild = false }: RecordsOptions): fc.Arbitrary<Stretch> {
  const sound = fc.nat({ max: seats - 1 });
  const seat = wild ? fc.oneof(sound, fc.constantFrom(-1, 16, 1.5, Number.NaN, 2 ** 32)) : sound;
  // Mostly nobody comes or goes.
  const some = { maxLength: 1, size: "-1" } as const;
  const name = fc.string({ unit: fc.constantFrom(...nameCharacters), maxLength: 30 });
  return fc.record({
    ticks: fc.integer({ min: 1, max: 30 }),
    leaves: fc.array(seat, some),
    joins: fc.array(fc.record({ seat, name }), { maxLength: 2 }),
    drops: fc.array(seat, some),
    returns: fc.array(seat, some),
    commands: fc.array(fc.record({ seat, command: arbitraryCommand() }), { maxLength: 2 }),
    hands: fc.array(wild ? wildHand() : soundHand(), { minLength: seats, maxLength: seats }),
  });
}

function soundHand(): fc.Arbitrary<Hand> {
  const axis = fc.oneof(fc.constantFrom(-127, 0, 127), fc.integer({ min: -127, max: 127 }));
  return fc.record({
    moveX: axis,
    moveY: axis,
    aim: fc.integer({ min: 0, max: 65535 }),
    turning: fc.integer({ min: -400, max: 400 }),
    buttons: fc.constantFrom(0, 1, 1),
    seen: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 65535 })),
    count: fc.constantFrom(0, 1, 1, 1, 1, 2, 4),
  });
}

function wildHand(): fc.Arbitrary<Hand> {
  const number = fc.oneof(fc.double(), fc.integer());
  return fc.record({
    moveX: number,
    moveY: number,
    aim: number,
    turning: number,
    buttons: number,
    seen: number,
    count: fc.nat({ max: 9 }),
  });
}

function arbitraryCommand(): fc.Arbitrary<ArenaCommand> {
  return fc.oneof(
    fc.constant<ArenaCommand>({ name: "ready", payload: {} }),
    fc.string({ maxLength: 60 }).map((text): ArenaCommand => {
      return { name: "chat", payload: { text: visibleText(text, 60) || "hello" } };
    }),
    fc.constantFrom<ArenaCommand>(
      { name: "choose-weapon", payload: { weapon: "blaster" } },
      { name: "choose-weapon", payload: { weapon: "rail" } },
    ),
  );
}

/** Everything as it was drawn. */
function wildRecords(stretches: readonly Stretch[]): ArenaRecord[] {
  const hands = new Hands();
  return unroll(stretches, (stretch, tick, isFirst) => ({
    tick,
    ...events(isFirst ? stretch : undefined),
    inputs: stretch.hands.map((hand, seat) => ({ seat, inputs: hands.inputs(seat, hand) })),
  }));
}

/** What makes no sense at its moment is left out. */
function soundRecords(stretches: readonly Stretch[], seats: number): ArenaRecord[] {
  const hands = new Hands();
  const connected = new Map<number, boolean>();
  return unroll(stretches, (stretch, tick, isFirst) => {
    const drawn = events(isFirst ? stretch : undefined);
    const all = Array.from({ length: seats }, (_, seat) => ({ seat, name: `player ${seat}` }));
    const leaves = drawn.leaves.filter((seat) => connected.delete(seat));
    const wished = tick === 1 ? all : drawn.joins;
    const joins = wished.filter(({ seat }) => !connected.has(seat) && connected.set(seat, true));
    const drops = drawn.drops.filter((seat) => connected.get(seat) === true && connected.set(seat, false));
    const returns = drawn.returns.filter(
      (seat) => connected.get(seat) === false && connected.set(seat, true),
    );
    const commands = drawn.commands.filter(({ seat }) => connected.get(seat) === true);
    const inputs = stretch.hands
      .map((hand, seat) => ({ seat, inputs: connected.get(seat) === true ? hands.inputs(seat, hand) : [] }))
      .filter((list) => list.inputs.length > 0);
    return { tick, leaves, joins, drops, returns, commands, inputs };
  });
}

/** The events of a stretch happen in its first tick. */
function events(stretch: Stretch | undefined): Omit<ArenaRecord, "tick" | "inputs"> {
  const { leaves = [], joins = [], drops = [], returns = [], commands = [] } = stretch ?? {};
  return { leaves, joins, drops, returns, commands };
}

function unroll(
  stretches: readonly Stretch[],
  recordAt: (stretch: Stretch, tick: number, isFirst: boolean) => ArenaRecord,
): ArenaRecord[] {
  let tick = 0;
  return stretches.flatMap((stretch) =>
    Array.from({ length: stretch.ticks }, (_, index) => recordAt(stretch, ++tick, index === 0)),
  );
}

/** Numbers the inputs of each seat and turns its aim. */
class Hands {
  readonly #sent = new Map<number, number>();

  inputs(seat: number, hand: Hand): ArenaInput[] {
    return Array.from({ length: hand.count }, () => {
      const seq = (this.#sent.get(seat) ?? 0) + 1;
      this.#sent.set(seat, seq);
      const turned = hand.aim + hand.turning * seq;
      const aim = Number.isInteger(turned) ? turned & 65535 : turned;
      return { seq, moveX: hand.moveX, moveY: hand.moveY, aim, buttons: hand.buttons, seen: hand.seen };
    });
  }
}
