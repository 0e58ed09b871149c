/** Noughts and crosses: two players take turns, and the clock moves for one who thinks for too long. */
import type { Client } from "@colyseus/core";
import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import type { DurableRoom } from "../../../doors/rooms.ts";
import { type Base, durableBase } from "./base.ts";

const Grid = schema(
  {
    turn: t.string(),
    marks: t.map("number"),
    cells: t.array("number"),
    winner: t.string(),
    draw: t.boolean(),
  },
  "TicTacToeState",
);

export interface GridState extends Schema {
  turn: string;
  marks: MapSchema<number>;
  cells: number[];
  winner: string;
  draw: boolean;
}

const lines = ["012", "345", "678", "036", "147", "258", "048", "246"].map((line) => [...line].map(Number));
const turnMs = 10_000;

export function ticTacToe(Parent: Base<GridState>) {
  return class extends Parent {
    override maxClients = 2;
    override state = new Grid({
      ...{ turn: "", marks: {}, cells: [0, 0, 0, 0, 0, 0, 0, 0, 0], winner: "", draw: false },
    } as never) as unknown as GridState;
    turnTimer: { clear(): void } | undefined;

    override onCreate(): void {
      this.setPatchRate(10);
      this.onMessage("move", (client, cell: number) => this.move(client.sessionId, cell));
    }

    override onJoin(client: Client): void {
      const { marks } = this.state;
      marks.set(client.sessionId, marks.size + 1);
      if (marks.size < 2) return;
      this.state.turn = client.sessionId;
      this.startTimer();
      void this.lock();
    }

    override onLeave(client: Client): void {
      this.state.marks.delete(client.sessionId);
      const [left] = this.state.marks.keys();
      if (left !== undefined && this.state.winner === "") this.state.winner = left;
    }

    move(player: string, cell: number): void {
      const { state } = this;
      if (state.winner !== "" || state.turn !== player || state.cells[cell] !== 0) return;
      const mark = state.marks.get(player)!;
      state.cells[cell] = mark;
      this.stopTimer();
      if (lines.some((line) => line.every((at) => state.cells[at] === mark))) state.winner = player;
      else if (state.cells.every((each) => each !== 0)) state.draw = true;
      else {
        state.turn = [...state.marks.keys()].find((other) => other !== player)!;
        this.startTimer();
      }
    }

    startTimer(): void {
      this.turnTimer = this.clock.setTimeout(() => this.moveForThem(), turnMs);
    }

    stopTimer(): void {
      this.turnTimer?.clear();
    }

    moveForThem(): void {
      this.move(this.state.turn, this.state.cells.indexOf(0));
    }
  };
}

/** The timer of a turn has the name of a method. */
export class DurableTicTacToe extends ticTacToe(durableBase<GridState>()) {
  override startTimer(): void {
    const { clock } = this as unknown as DurableRoom;
    clock.setTimeout("moveForThem", turnMs);
  }

  override stopTimer(): void {
    (this as unknown as DurableRoom).timer("moveForThem")?.clear();
  }
}
