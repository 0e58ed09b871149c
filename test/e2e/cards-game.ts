/**
 * A game for tests of secrets, given to a server with --games: cards of which each is a marker that names who alone may
 * know it, in texts and in numbers. What a viewer may see is a function of the tick and who looks, so that a test knows
 * it without the server. `leaky` is the same with a fault: it shows each player the cards of the next seat.
 */
import { MapSchema, type SchemaType, schema, t } from "@colyseus/schema";
import { z } from "zod";
import type { AnyGame, Game, OwnView, Told, Viewer } from "../../shared/game/game.ts";

interface CardsWorld {
  tick: number;
  seats: { [seat: string]: { name: string } };
  isOver: boolean;
  /** Nobody may see it. */
  deck: string[];
}

const Card = schema({ face: t.string(), value: t.float64() }, "SecretCard");
const Mine = schema({ tick: t.uint32(), role: t.string(), hand: t.map(Card) }, "SecretMine");
export type Mine = SchemaType<typeof Mine>;
const Table = schema({ tick: t.uint32(), players: t.map("string"), mine: t.ref(Mine) }, "SecretTable");
export type Table = SchemaType<typeof Table>;

export const cardsSeats = 4;
const changeEveryTicks = 5;

/** What is searched for in everything that is sent: whose it is, and which. */
export const marker = (owner: Viewer | "deck", number: number) => `marker/${owner}/${number}/`;
const numberOf = (viewer: Viewer) => (0x7ea1_3c00 + 0x100 * (viewer === "spectator" ? 9 : viewer)) * 2 ** 20;

/** The same as a number of 52 bits, of which the upper 32 are the marker. */
export const numberMarker = (viewer: Viewer, number: number) => numberOf(viewer) + (number % 0xffff);

/** How the marker of a viewer's numbers looks among bytes: as a double in both orders, and as an integer of msgpack. */
export function numberPatterns(viewer: Viewer): readonly Buffer[] {
  const [double, integer] = [Buffer.alloc(8), Buffer.alloc(8)];
  double.writeDoubleBE(numberOf(viewer));
  integer.writeBigUInt64BE(BigInt(numberOf(viewer)));
  const head = double.subarray(0, 5);
  return [head, Buffer.from(head).reverse(), integer.subarray(1, 5)];
}

function handOf(tick: number, viewer: Viewer) {
  const first = Math.floor(tick / changeEveryTicks);
  return Array.from({ length: 3 }, (_, at) => first + at).map((number) => ({
    key: String(number % 4),
    face: marker(viewer, number),
    value: numberMarker(viewer, number),
  }));
}

export function ownOf(tick: number, viewer: Viewer) {
  const hand = handOf(tick, viewer).map(({ key, face, value }) => [key, face, value] as const);
  return { tick, role: marker(viewer, 0), hand: hand.sort() };
}

/** Each viewer is told their own marker, and all of them the tick. */
function dealt({ tick, seats }: CardsWorld): readonly Told[] {
  const viewers: Viewer[] = [...Object.keys(seats).map(Number), "spectator"];
  const own = viewers.map((to) => ({ to, name: "card", payload: { card: marker(to, tick) } }));
  return [...own, { to: "all", name: "tick", payload: tick }];
}

const own: OwnView<CardsWorld, Mine> = {
  field: "mine",
  create: () => Object.assign(new Mine(), { hand: new MapSchema() }),
  write(mine, { tick }, viewer) {
    const hand = handOf(tick, viewer);
    mine.tick = tick;
    mine.role = marker(viewer, 0);
    for (const key of [...mine.hand.keys()])
      if (!hand.some((card) => card.key === key)) mine.hand.delete(key);
    for (const { key, face, value } of hand) {
      const known = mine.hand.get(key);
      const card = Object.assign(known ?? new Card(), { face, value });
      if (known === undefined) mine.hand.set(key, card);
    }
  },
  read: (mine) => ({
    tick: mine?.tick ?? 0,
    role: mine?.role ?? "",
    hand: [...(mine?.hand ?? [])].map(([key, { face, value }]) => [key, face, value]).sort(),
  }),
  of: ({ tick }, viewer) => ownOf(tick, viewer),
};

export const cards: Game<CardsWorld, { seq: number }, { name: "play" | "finish"; payload: unknown }, Table> =
  {
    name: "cards",
    version: 1,
    tickRate: 40,
    patchRate: 20,
    seats: { min: 1, max: cardsSeats },
    input: { seq: { type: "uint32", min: 0, max: 0xffff_ffff } },
    commands: { play: z.object({}), finish: z.object({}) },
    options: z.object({}),
    create: () => ({
      tick: 0,
      seats: {},
      isOver: false,
      deck: Array.from({ length: 20 }, (_, number) => marker("deck", number)),
    }),
    step(world, record) {
      world.tick = record.tick;
      for (const seat of record.leaves) delete world.seats[seat];
      for (const { seat, name } of record.joins) world.seats[seat] = { name };
      if (record.commands.some(({ command }) => command.name === "finish")) world.isOver = true;
      const answers = record.commands.map(({ seat }) => ({ ok: true, data: marker(seat, 1) }) as const);
      return { answers, told: record.tick % changeEveryTicks === 0 ? dealt(world) : [] };
    },
    outcome(world) {
      if (!world.isOver) return undefined;
      const seats = Object.entries(world.seats);
      return {
        reason: "finished",
        ranking: [seats.map(([seat]) => Number(seat))],
        players: seats.map(([seat, { name }]) => ({ seat: Number(seat), name, numbers: {} })),
      };
    },
    view: {
      create: () => Object.assign(new Table(), { players: new MapSchema() }),
      write(table, world) {
        table.tick = world.tick;
        for (const seat of [...table.players.keys()]) if (!(seat in world.seats)) table.players.delete(seat);
        for (const [seat, { name }] of Object.entries(world.seats)) table.players.set(seat, name);
      },
      read: ({ tick, players }) => ({ tick: tick ?? 0, players: [...(players ?? [])].sort() }),
      of: ({ tick, seats }) => ({
        tick,
        players: Object.entries(seats)
          .map(([seat, { name }]) => [seat, name])
          .sort(),
      }),
      own,
    },
  };

const nextOf = (viewer: Viewer): Viewer => (viewer === "spectator" ? 0 : (viewer + 1) % cardsSeats);

const leaky = {
  ...cards,
  name: "leaky",
  view: {
    ...cards.view,
    own: {
      ...own,
      write: (mine: Mine, world: CardsWorld, viewer: Viewer) => own.write(mine, world, nextOf(viewer)),
    },
  },
};

export const games: readonly AnyGame[] = [cards, leaky];
