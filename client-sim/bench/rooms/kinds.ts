/**
 * The rooms of `bench -- rooms`, over whichever room class they are given: Colyseus' own, or the durable one. They are written
 * for Colyseus alone, as its documentation shows it. What they cost is measured elsewhere.
 */
import type { Client, Room } from "@colyseus/core";
import { type ArraySchema, type MapSchema, type Schema, schema, t } from "@colyseus/schema";

type AnyRoomClass = new () => Room;

const patchMs = 50;
const things = 50;
const cardsInDeck = 52;
const cardsInHand = 5;
const roundMs = 1000;

const Thing = schema({ x: t.float32(), y: t.float32() }, "BenchThing");
const Field = schema({ things: t.map(Thing) }, "BenchField");

interface ThingState extends Schema {
  x: number;
  y: number;
}

interface FieldState extends Schema {
  things: MapSchema<ThingState>;
}

/** Everything in it moves, all the time. */
export const movingRoom = (Base: AnyRoomClass): AnyRoomClass =>
  class MovingRoom extends Base {
    override state = new Field() as unknown as FieldState;
    override patchRate = patchMs;
    override autoDispose = false;
    #elapsedMs = 0;

    override onCreate(): void {
      for (let number = 0; number < things; number++)
        this.state.things.set(
          `thing ${number}`,
          new Thing({ x: number, y: number }) as unknown as ThingState,
        );
      this.setSimulationInterval((ms) => this.#move(ms), patchMs);
    }

    #move(ms: number): void {
      this.#elapsedMs += ms;
      let number = 0;
      for (const thing of this.state.things.values()) {
        const turn = this.#elapsedMs / 1000 + number++;
        thing.x = 500 + 400 * Math.cos(turn);
        thing.y = 500 + 400 * Math.sin(turn);
      }
    }
  };

const Player = schema(
  { name: t.string(), score: t.uint16(), isReady: t.boolean(), hand: t.array("uint8") },
  "BenchPlayer",
);
const Table = schema(
  { round: t.uint16(), turn: t.string(), players: t.map(Player), played: t.array("uint8") },
  "BenchTable",
);

interface PlayerState extends Schema {
  name: string;
  score: number;
  isReady: boolean;
  hand: ArraySchema<number>;
}

interface TableState extends Schema {
  round: number;
  turn: string;
  players: MapSchema<PlayerState>;
  played: ArraySchema<number>;
}

/** Players play a card now and then: few things change, and most patches have nothing. */
export const tableRoom = (Base: AnyRoomClass): AnyRoomClass =>
  class TableRoom extends Base {
    /** In a durable room, what is kept beside the state. */
    static readonly durable = ["deck"];
    override state = new Table() as unknown as TableState;
    override patchRate = patchMs;
    override autoDispose = false;
    deck = Array.from({ length: cardsInDeck }, (_, card) => card);
    override messages = { play: (client: Client) => this.#play(client) };

    override onCreate(): void {
      this.clock.setInterval(() => this.#nextRound(), roundMs);
    }

    override onJoin({ sessionId }: Client): void {
      const about = { name: sessionId, score: 0, isReady: true, hand: [] };
      const player = new Player(about as never) as unknown as PlayerState;
      this.#deal(player);
      this.state.players.set(sessionId, player);
    }

    override onLeave({ sessionId }: Client): void {
      this.state.players.delete(sessionId);
    }

    #deal({ hand }: PlayerState): void {
      while (hand.length < cardsInHand) {
        const card = this.deck.shift()!;
        hand.push(card);
        this.deck.push(card);
      }
    }

    #play({ sessionId }: Client): void {
      const player = this.state.players.get(sessionId)!;
      this.state.played[this.state.played.length % cardsInHand] = player.hand.shift()!;
      this.#deal(player);
      player.score = (player.score + 1) % 1000;
      this.state.turn = sessionId;
    }

    #nextRound(): void {
      this.state.round += 1;
      this.state.played.clear();
    }
  };

const Item = schema(
  {
    x: t.number(),
    y: t.number(),
    heading: t.float32(),
    health: t.uint8(),
    kind: t.uint16(),
    name: t.string(),
  },
  "BenchItem",
);
const Store = schema({ items: t.map(Item) }, "BenchStore");

interface StoreState extends Schema {
  items: MapSchema<Schema>;
}

/** A state of a given size, which is only there. */
export const storeRoom = (Base: AnyRoomClass): AnyRoomClass =>
  class StoreRoom extends Base {
    override state = new Store() as unknown as StoreState;
    override autoDispose = false;

    /** It has nothing to set up. */
    onRestore(): void {}

    override onCreate({ items }: { readonly items: number }): void {
      for (let number = 0; number < items; number++) {
        const about = { x: number / 3, y: number / 7, heading: number / 11, health: 100, kind: number % 900 };
        this.state.items.set(
          `item ${number}`,
          new Item({ ...about, name: `the ${number}th thing` }) as never,
        );
      }
    }
  };
