/** The result of a match: the winner (a player or a side), everybody's numbers, and buttons for what comes next. */
import type { Outcome } from "../../shared/game/game.ts";
import type { Seen } from "../../shared/games/arena/seen.ts";
import { button, element } from "../element.ts";
import { seatColor, sideColor } from "../side-color.ts";
import {
  dotCell,
  hasSides,
  headCell,
  rankedRows,
  type ScoreRow,
  sideName,
  withSideLines,
} from "./scoreboard.ts";

const reasons: Readonly<Record<Seen["ending"], string>> = {
  "": "",
  clock: "Time is up.",
  score: "The score limit was reached.",
  abandoned: "Everybody had left.",
};

/** Reasons of ends that the server caused, not the rules of the game. */
const serverReasons: Readonly<Record<string, string>> = {
  empty: "Everybody had left.",
  "opponents-left": "Your opponents have left.",
};

export interface MatchResult {
  readonly seen: Seen;
  /** Has the accuracy; a client that returned after the end has only the View. */
  readonly outcome: Outcome | undefined;
  readonly selfSeat: number | undefined;
  /** The line about the own rating; undefined when the match is not rated. */
  readonly rating: HTMLElement | undefined;
}

export class ResultScreen {
  readonly root = element("section", { class: "result panel" });

  constructor(result: MatchResult, actions: { again: () => void; home: () => void }) {
    const { seen } = result;
    const rows = rankedRows(seen);
    const line = (side: number) => sideLine(side, rows, result);
    const row = (each: ScoreRow) => resultRow(each, result);
    const heads = ["", "", "Player", "Kills", "Deaths", "Accuracy"].map(headCell);
    const table = element("table", {
      children: [
        element("thead", { children: [element("tr", { children: heads })] }),
        element("tbody", { children: withSideLines(rows, { seen, line, row }) }),
      ],
    });
    const buttons = [
      button("Play again", "primary", actions.again),
      button("Back to start", "", actions.home),
    ];
    this.root.append(
      element("h2", { text: headline(rows, result) }),
      element("p", {
        class: "reason",
        text: reasons[seen.ending] || serverReasons[result.outcome?.reason ?? ""] || "",
      }),
      ...(result.rating ? [result.rating] : []),
      table,
      element("div", { class: "buttons", children: buttons }),
    );
  }
}

function headline(rows: readonly ScoreRow[], { seen, selfSeat }: MatchResult): string {
  const winners = rows.filter(({ place }) => place === 1);
  const winner = winners[0];
  if (!winner) return "The match is over";
  if (winners.some(({ side }) => side !== winner.side)) return "A tie";
  if (hasSides(seen)) return `${sideName(seen, winner.side, selfSeat)} won`;
  return winner.seat === selfSeat ? "You won" : `${winner.name} won`;
}

function sideLine(side: number, rows: readonly ScoreRow[], { seen, selfSeat }: MatchResult): HTMLElement {
  const name = element("td", { class: "name", text: sideName(seen, side, selfSeat) });
  name.style.color = sideColor(side);
  const cells = [
    element("td", { text: placeText(rows.find((row) => row.side === side)?.place) }),
    element("td"),
    name,
    element("td", { text: String(seen.sideScores[side] ?? 0) }),
    element("td"),
    element("td"),
  ];
  return element("tr", { class: "side", children: cells });
}

function resultRow(row: ScoreRow, { seen, outcome, selfSeat }: MatchResult): HTMLElement {
  const cells = [
    element("td", { text: hasSides(seen) ? "" : placeText(row.place) }),
    dotCell(seatColor(seen, row.seat)),
    element("td", { class: "name", text: row.name }),
    element("td", { text: String(row.score) }),
    element("td", { text: String(row.deaths) }),
    element("td", { text: accuracy(row, outcome) }),
  ];
  return element("tr", { class: row.seat === selfSeat ? "self" : "", children: cells });
}

function placeText(place: number | undefined): string {
  return place ? `${place}.` : "";
}

function accuracy({ seat, name }: ScoreRow, outcome: Outcome | undefined): string {
  const numbers = outcome?.players.find((player) => player.seat === seat && player.name === name)?.numbers;
  if (!numbers?.shots) return "–";
  return `${Math.round((100 * (numbers.hits ?? 0)) / numbers.shots)} %`;
}
