/** A table of cards: a deck that is shuffled and cut, a row that moves on, and piles of plain numbers. */
import type { Client } from "@colyseus/core";
import { type ArraySchema, type Schema, schema, t } from "@colyseus/schema";
import { type Base, durableBase } from "./base.ts";

const Card = schema({ suit: t.string(), value: t.uint8() }, "PortedCard");
const Table = schema(
  { deck: t.array(Card), row: t.array(Card), pile: t.array("uint8"), moves: t.uint32() },
  "PortedTable",
);

export interface CardState extends Schema {
  suit: string;
  value: number;
}
export interface TableState extends Schema {
  deck: ArraySchema<CardState>;
  row: ArraySchema<CardState>;
  pile: ArraySchema<number>;
  moves: number;
}

const newDeck = () =>
  ["clubs", "hearts"].flatMap((suit) =>
    [1, 2, 3, 4, 5, 6, 7].map((value) => new Card({ suit, value } as never) as unknown as CardState),
  );

export function cardTable(Parent: Base<TableState>) {
  return class extends Parent {
    override onCreate(): void {
      this.setState(
        new Table({ deck: newDeck(), row: [], pile: [], moves: 0 } as never) as unknown as TableState,
      );
      this.setPatchRate(10);
      this.onMessage("*", (_: Client, how) => {
        this.moves[how as "deal"]?.();
        this.state.moves += 1;
      });
    }

    readonly moves = {
      deal: () => {
        for (let at = 0; at < 3; at++) {
          const card = this.state.deck.pop();
          if (card !== undefined) this.state.row.push(card);
        }
      },
      /** The first card goes, and one comes at the end, within one patch. */
      moveOn: () => {
        const first = this.state.row.shift();
        const next = this.state.deck.shift();
        if (next !== undefined) this.state.row.push(next);
        if (first !== undefined) this.state.pile.push(first.value);
      },
      cut: () => {
        const cut = this.state.row.splice(1, 1);
        this.state.deck.unshift(...cut);
      },
      sort: () => {
        this.state.row.sort((one, other) => one.value - other.value);
      },
      swap: () => {
        const { row } = this.state;
        const [one, other] = [row[0], row[1]];
        if (one === undefined || other === undefined) return;
        row[0] = other;
        row[1] = one;
      },
      turn: () => {
        this.state.pile.reverse();
      },
      sweep: () => {
        this.state.pile.clear();
      },
    };
  };
}

export class DurableCardTable extends cardTable(durableBase<TableState>()) {}
