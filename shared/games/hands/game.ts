/**
 * hands: cards for two to six. Who has the turn plays a card of the pile's suit or rank, or draws one; the first empty hand
 * ends the match. Nobody sees another hand, nobody sees the deck, and a turn that takes too long is a draw. It steps when
 * somebody does something or a time is over, and sleeps while nobody is there, so a match may take days. It is an example of a game beside the built-in ones: `--games shared/games/hands/game.ts` runs it.
 */
import { z } from "zod";
import { defineGame, type Tick } from "../../game/define-game.ts";
import type { Chance } from "../../game/deterministic/chance.ts";
import type { Seat } from "../../game/game.ts";
import { list, map, optional } from "../../game/view/composed.ts";
import { bool, f64, oneOf, text, u8, u32 } from "../../game/view/scalars.ts";

/** Two players wait this long for more. */
const startMs = 2000;
/** 30 days: a match by correspondence. */
const turnSecondsMax = 30 * 86_400;
const cardsInAll = 52;
const ranks = 13;
/** After so many turns the smallest hand wins. */
const turnsMax = 200;

interface Hand {
  readonly name: string;
  connected: boolean;
  cards: number[];
}

export interface HandsWorld {
  phase: "waiting" | "playing" | "over";
  readonly cards: number;
  readonly turnMs: number;
  tick: number;
  now: number;
  /** The end of the turn, or of the wait for more players, in match time; null while nobody is waited for. */
  endsAt: number | null;
  /** Nobody's while nobody plays. */
  turn: Seat | null;
  turns: number;
  /** The next one is the last. */
  deck: number[];
  pile: number[];
  readonly hands: { [seat: string]: Hand };
}

type HandsTick = Tick<Record<never, never>, typeof commands>;

const commands = {
  play: z.object({
    card: z
      .int()
      .min(0)
      .max(cardsInAll - 1),
  }),
  draw: z.object({}),
};

export const hands = defineGame({
  name: "hands",
  version: 2,
  rate: "events",
  whenEmpty: "sleep",
  seats: [2, 6],
  options: z.object({
    cards: z.int().min(1).max(7).default(5),
    turnSeconds: z.int().min(1).max(turnSecondsMax).default(10),
  }),
  commands,
  view: {
    phase: oneOf("waiting", "playing", "over"),
    tick: u32,
    now: f64,
    endsAt: optional(f64),
    turn: optional(u8),
    pile: optional(u8),
    deck: u8,
    players: map({ name: text, connected: bool, cards: u8 }),
  },

  create({ cards, turnSeconds }, chance): HandsWorld {
    const deck = chance.shuffled(Array.from({ length: cardsInAll }, (_, card) => card));
    return {
      ...{ phase: "waiting", cards, turnMs: turnSeconds * 1000, tick: 0, now: 0, endsAt: null },
      ...{ turn: null, turns: 0, deck, pile: [], hands: {} },
    };
  },

  step(world, tick) {
    world.tick = tick.tick;
    world.now = tick.now;
    for (const seat of tick.leaves) leave(world, seat, tick);
    for (const { seat, name } of tick.joins) join(world, seat, name, tick);
    for (const seat of tick.drops) world.hands[seat]!.connected = false;
    for (const seat of tick.returns) world.hands[seat]!.connected = true;
    for (const command of tick.commands) {
      const { seat, answer } = command;
      const refusal = refusalOf(world, command);
      if (refusal !== undefined) answer(refusal);
      else if (command.name === "draw") answer(true, { drew: endTurn(world, tick, draw(world, seat, tick)) });
      else play(world, seat, command.payload.card, tick);
    }
    if (world.endsAt !== null && tick.now >= world.endsAt) timeIsUp(world, tick);
    if (world.phase === "over") world.endsAt = null;
  },

  wakeAt: ({ endsAt }) => endsAt,

  see: ({ phase, tick, now, endsAt, turn, pile, deck, hands: all }) => ({
    ...{ phase, tick, now, endsAt, turn, pile: pile.at(-1), deck: deck.length },
    players: Object.fromEntries(
      Object.entries(all).map(([seat, { name, connected, cards }]) => [
        seat,
        { name, connected, cards: cards.length },
      ]),
    ),
  }),

  own: {
    fields: { hand: list(u8) },
    see: ({ hands: all }, viewer) => ({ hand: all[viewer]?.cards ?? [] }),
  },

  outcome({ phase, hands: all }) {
    if (phase !== "over") return undefined;
    const byCards = [...Map.groupBy(Object.keys(all), (seat) => all[seat]!.cards.length)];
    const seats = byCards.sort(([a], [b]) => a - b).map(([, each]) => each.map(Number));
    return {
      reason: seats.length === 0 ? "everybody left" : "the smallest hand wins",
      ranking: seats,
      players: seats.flat().map((seat) => {
        const { name, cards } = all[seat]!;
        return { seat, name, numbers: { cards: cards.length } };
      }),
    };
  },

  brain({ seat, view, own, chance }) {
    // It takes its time, and now and then it asks for what the rules refuse.
    if (view.phase !== "playing" || chance.below(view.turn === seat ? 10 : 200) > 0) return {};
    const fits = own.hand.filter((card) => view.pile !== null && isOn(card, view.pile));
    if (fits.length === 0 || chance.below(10) === 0) return { command: { name: "draw", payload: {} } };
    return { command: { name: "play", payload: { card: chance.pick(fits) } } };
  },
});

/** What `--games` reads. */
export const games = [hands];

/** Whether both have one suit or one rank. */
function isOn(card: number, other: number): boolean {
  return card % ranks === other % ranks || Math.floor(card / ranks) === Math.floor(other / ranks);
}

function join(world: HandsWorld, seat: Seat, name: string, { now, chance }: HandsTick): void {
  world.hands[seat] = { name, connected: true, cards: [] };
  if (world.phase === "playing") deal(world, seat, chance);
  else if (Object.keys(world.hands).length === 2) world.endsAt = now + startMs;
}

/** Their cards go under the deck. */
function leave(world: HandsWorld, seat: Seat, tick: HandsTick): void {
  world.deck.unshift(...tick.chance.shuffled(world.hands[seat]!.cards));
  const next = nextAfter(world, seat);
  delete world.hands[seat];
  if (world.phase !== "playing") return;
  if (Object.keys(world.hands).length < 2) world.phase = "over";
  else if (world.turn === seat) turnTo(world, next, tick.now);
}

function refusalOf({ phase, turn, hands: all, pile }: HandsWorld, command: HandsTick["commands"][number]) {
  if (phase !== "playing") return "nobody plays now";
  if (turn !== command.seat) return "it is not your turn";
  if (command.name === "draw") return undefined;
  const { card } = command.payload;
  if (!all[turn]!.cards.includes(card)) return "you do not have this card";
  return isOn(card, pile.at(-1)!) ? undefined : "it is neither the suit nor the rank of the pile";
}

function play(world: HandsWorld, seat: Seat, card: number, tick: HandsTick): void {
  const hand = world.hands[seat]!;
  hand.cards = hand.cards.filter((each) => each !== card);
  world.pile.push(card);
  tick.tell("all", "played", { seat, card });
  endTurn(world, tick, card);
}

function draw(world: HandsWorld, seat: Seat, { chance }: Pick<HandsTick, "chance">): number | null {
  if (world.deck.length === 0) world.deck = chance.shuffled(world.pile.splice(0, world.pile.length - 1));
  const card = world.deck.pop();
  if (card !== undefined) world.hands[seat]!.cards.push(card);
  return card ?? null;
}

function deal(world: HandsWorld, seat: Seat, chance: Chance): void {
  for (let count = 0; count < world.cards; count++) draw(world, seat, { chance });
}

function timeIsUp(world: HandsWorld, tick: HandsTick): void {
  const seats = Object.keys(world.hands).map(Number);
  if (world.phase === "playing") endTurn(world, tick, draw(world, world.turn!, tick));
  else if (seats.length < 2) world.endsAt = null;
  else {
    world.phase = "playing";
    world.pile.push(world.deck.pop()!);
    for (const seat of seats) deal(world, seat, tick.chance);
    turnTo(world, tick.chance.pick(seats), tick.now);
  }
}

/** @returns what it is given: a card */
function endTurn(world: HandsWorld, { now }: HandsTick, card: number | null): number | null {
  const seat = world.turn!;
  world.turns += 1;
  if (world.hands[seat]!.cards.length === 0 || world.turns === turnsMax) world.phase = "over";
  else turnTo(world, nextAfter(world, seat), now);
  return card;
}

/** The whole time of a turn, also when the last one was over long ago. */
function turnTo(world: HandsWorld, seat: Seat, now: number): void {
  world.turn = seat;
  world.endsAt = now + world.turnMs;
}

function nextAfter(world: HandsWorld, seat: Seat): Seat {
  const seats = Object.keys(world.hands).map(Number);
  return seats.find((each) => each > seat) ?? seats[0]!;
}
