/** The end of a match: who won, everybody's numbers, and the way into the next one. */
import type { Outcome } from "../../shared/game.ts";
import type { Seen } from "../../shared/games/arena/seen.ts";
import { element } from "../element.ts";
import { seatColor } from "../seat-color.ts";
import { headCell, type Row, rankedRows } from "./scoreboard.ts";

const reasons: Readonly<Record<Seen["ending"], string>> = {
  "": "",
  clock: "Time is up.",
  score: "The score limit was reached.",
  abandoned: "Everybody had left.",
};

export interface Result {
  readonly seen: Seen;
  /** Brings accuracy; a client that came back after the end has only the View. */
  readonly outcome: Outcome | undefined;
  readonly selfSeat: number | undefined;
}

export class ResultScreen {
  readonly root = element("section", { class: "result panel" });

  constructor(result: Result, actions: { again: () => void; home: () => void }) {
    const rows = rankedRows(result.seen.players);
    const heads = ["", "", "Player", "Kills", "Deaths", "Accuracy"].map(headCell);
    const table = element("table", {
      children: [
        element("thead", { children: [element("tr", { children: heads })] }),
        element("tbody", { children: rows.map((row) => resultRow(row, result)) }),
      ],
    });
    const buttons = [
      button("Play again", "primary", actions.again),
      button("Back to start", "", actions.home),
    ];
    this.root.append(
      element("h2", { text: headline(rows, result.selfSeat) }),
      element("p", { class: "reason", text: reasons[result.seen.ending] }),
      table,
      element("div", { class: "buttons", children: buttons }),
    );
  }
}

function headline(rows: readonly Row[], selfSeat: number | undefined): string {
  const winners = rows.filter(({ place }) => place === 1);
  if (winners.length > 1) return "A tie";
  const winner = winners[0];
  if (!winner) return "The match is over";
  return winner.seat === selfSeat ? "You won" : `${winner.name} won`;
}

function resultRow(row: Row, { outcome, selfSeat }: Result): HTMLElement {
  const dot = element("span", { class: "dot" });
  dot.style.background = seatColor(row.seat);
  const cells = [
    element("td", { text: row.place ? `${row.place}.` : "" }),
    element("td", { children: [dot] }),
    element("td", { class: "name", text: row.name }),
    element("td", { text: String(row.score) }),
    element("td", { text: String(row.deaths) }),
    element("td", { text: accuracy(row, outcome) }),
  ];
  return element("tr", { class: row.seat === selfSeat ? "self" : "", children: cells });
}

function accuracy({ seat, name }: Row, outcome: Outcome | undefined): string {
  const numbers = outcome?.players.find((player) => player.seat === seat && player.name === name)?.numbers;
  if (!numbers?.shots) return "–";
  return `${Math.round((100 * (numbers.hits ?? 0)) / numbers.shots)} %`;
}

function button(text: string, className: string, act: () => void): HTMLElement {
  const made = element("button", { class: className, text });
  made.addEventListener("click", act);
  return made;
}
