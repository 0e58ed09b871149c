/** The scores: a small table in the corner, all of it and larger while Tab is held. */
import type { Seen, SeenPlayer } from "../../shared/games/arena/seen.ts";
import { element } from "../element.ts";
import { seatColor } from "../seat-color.ts";

const compactRows = 8;

export interface Row extends SeenPlayer {
  readonly seat: number;
}

/** Best first; equals by fewer deaths, then by seat, so that rows do not jump. */
export function rankedRows(players: Seen["players"]): Row[] {
  return Object.entries(players)
    .map(([seat, player]) => ({ ...player, seat: Number(seat) }))
    .sort((a, b) => b.score - a.score || a.deaths - b.deaths || a.seat - b.seat);
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

  setWide(isWide: boolean): void {
    this.#isWide = isWide;
    this.root.classList.toggle("wide", isWide);
  }

  show(players: Seen["players"], selfSeat: number | undefined): void {
    const rows = this.#chosen(rankedRows(players), selfSeat);
    const content = rows.map((row) => [row.seat, row.name, row.score, row.deaths, row.connected].join("\t"));
    const shown = content.join("\n");
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#body.replaceChildren(...rows.map((row) => scoreRow(row, row.seat === selfSeat)));
  }

  /** The own row is always among them. */
  #chosen(rows: Row[], selfSeat: number | undefined): Row[] {
    if (this.#isWide || rows.length <= compactRows) return rows;
    const self = rows.findIndex(({ seat }) => seat === selfSeat);
    if (self < compactRows) return rows.slice(0, compactRows);
    return [...rows.slice(0, compactRows - 1), rows[self]!];
  }
}

/** The names stand to the left, the numbers to the right. */
export function headCell(text: string): HTMLElement {
  return element("th", { text, class: text === "Player" ? "name" : "" });
}

function scoreRow(row: Row, isSelf: boolean): HTMLElement {
  const dot = element("span", { class: "dot" });
  dot.style.background = seatColor(row.seat);
  const cells = [
    element("td", { children: [dot] }),
    element("td", { class: "name", text: row.connected ? row.name : `${row.name} (away)` }),
    element("td", { text: String(row.score) }),
    element("td", { text: String(row.deaths) }),
  ];
  return element("tr", {
    class: [isSelf ? "self" : "", row.connected ? "" : "away"].join(" "),
    children: cells,
  });
}
