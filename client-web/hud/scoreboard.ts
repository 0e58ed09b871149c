/**
 * The scores: a small table in the corner; a large one with all players while Tab is held. Players of a side
 * are listed together, below a line with the side's score.
 */
import { sideOf } from "../../shared/games/arena/rules/sides.ts";
import type { Seen, SeenPlayer } from "../../shared/games/arena/seen.ts";
import { element } from "../element.ts";
import { seatColor, sideColor } from "../side-color.ts";

const compactRows = 8;

export interface ScoreRow extends SeenPlayer {
  readonly seat: number;
  readonly side: number;
}

export function hasSides(seen: Seen): boolean {
  return seen.teamSize > 1;
}

/** Sorted by side, best first, then by player; equals by deaths, then by seat, so that rows do not jump. */
export function rankedRows(seen: Seen): ScoreRow[] {
  const sideScore = ({ side }: ScoreRow) => seen.sideScores[side] ?? 0;
  const bySide = (a: ScoreRow, b: ScoreRow) => sideScore(b) - sideScore(a) || a.side - b.side;
  const byPlayer = (a: ScoreRow, b: ScoreRow) => b.score - a.score || a.deaths - b.deaths || a.seat - b.seat;
  return Object.entries(seen.players)
    .map(([seat, player]) => ({ ...player, seat: Number(seat), side: sideOf(seen, Number(seat)) }))
    .sort((a, b) => (hasSides(seen) && bySide(a, b)) || byPlayer(a, b));
}

/** @param selfSeat undefined for a spectator */
export function sideName(seen: Seen, side: number, selfSeat: number | undefined): string {
  return selfSeat !== undefined && sideOf(seen, selfSeat) === side ? "Your side" : `Side ${side + 1}`;
}

/** The rows as elements, with a line for each side before its first player. */
export function withSideLines(
  rows: readonly ScoreRow[],
  {
    seen,
    line,
    row,
  }: { seen: Seen; line: (side: number) => HTMLElement; row: (row: ScoreRow) => HTMLElement },
): HTMLElement[] {
  return rows.flatMap((each, index) => {
    const isFirst = hasSides(seen) && rows[index - 1]?.side !== each.side;
    return isFirst ? [line(each.side), row(each)] : [row(each)];
  });
}

export class Scoreboard {
  readonly root = element("section", { class: "scoreboard panel" });
  readonly #body = element("tbody");
  #shown = "";
  #isWide = false;

  constructor() {
    const heads = ["", "Player", "Kills", "Deaths"].map(headCell);
    const head = element("thead", { children: [element("tr", { children: heads })] });
    this.root.append(element("table", { children: [head, this.#body] }));
  }

  get isWide(): boolean {
    return this.#isWide;
  }

  setWide(isWide: boolean): void {
    this.#isWide = isWide;
    this.root.classList.toggle("wide", isWide);
  }

  show(seen: Seen, selfSeat: number | undefined): void {
    const rows = this.#chosen(rankedRows(seen), selfSeat);
    const content = rows.map((row) => [row.seat, row.name, row.score, row.deaths, row.connected].join("\t"));
    const shown = [seen.sideScores.join(), ...content].join("\n");
    if (shown === this.#shown) return;
    this.#shown = shown;
    const line = (side: number) => sideLine(seen, side, selfSeat);
    const row = (each: ScoreRow) => scoreRow(each, seatColor(seen, each.seat), each.seat === selfSeat);
    this.#body.replaceChildren(...withSideLines(rows, { seen, line, row }));
  }

  /** Chooses the rows to show; the own one is always among them. */
  #chosen(rows: ScoreRow[], selfSeat: number | undefined): ScoreRow[] {
    if (this.#isWide || rows.length <= compactRows) return rows;
    const self = rows.findIndex(({ seat }) => seat === selfSeat);
    if (self < compactRows) return rows.slice(0, compactRows);
    return [...rows.slice(0, compactRows - 1), rows[self]!];
  }
}

/** A header cell: names are aligned left, numbers right. */
export function headCell(text: string): HTMLElement {
  return element("th", { text, class: text === "Player" ? "name" : "" });
}

export function dotCell(color: string): HTMLElement {
  const dot = element("span", { class: "dot" });
  dot.style.background = color;
  return element("td", { children: [dot] });
}

function sideLine(seen: Seen, side: number, selfSeat: number | undefined): HTMLElement {
  const name = element("td", { class: "name", text: sideName(seen, side, selfSeat) });
  name.style.color = sideColor(side);
  const score = element("td", { text: String(seen.sideScores[side] ?? 0) });
  return element("tr", { class: "side", children: [element("td"), name, score, element("td")] });
}

function scoreRow(row: ScoreRow, color: string, isSelf: boolean): HTMLElement {
  const cells = [
    dotCell(color),
    element("td", { class: "name", text: row.connected ? row.name : `${row.name} (away)` }),
    element("td", { text: String(row.score) }),
    element("td", { text: String(row.deaths) }),
  ];
  return element("tr", {
    class: [isSelf ? "self" : "", row.connected ? "" : "away"].join(" "),
    children: cells,
  });
}
