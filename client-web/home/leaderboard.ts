/** The best players of a queue. The own row is marked; if it is further down, it is shown below the others. */
import type { LeaderboardPage } from "../../shared/wire/ratings.ts";
import { element, setText } from "../element.ts";
import type { Standing } from "../rating/standing.ts";

const rowsMax = 10;

type RankedPlayer = LeaderboardPage["players"][number];

export class Leaderboard {
  readonly root = element("section", { class: "leaderboard panel" });
  readonly #title = element("h2");
  readonly #body = element("tbody");
  readonly #none = element("p", { class: "quiet", text: "Nobody is rated yet. Be the first." });
  readonly #table: HTMLElement;

  constructor() {
    const heads = ["", "Player", "Rating", "Proven"].map((text) =>
      element("th", { text, class: text === "Player" ? "name" : "" }),
    );
    const head = element("thead", { children: [element("tr", { children: heads })] });
    this.#table = element("table", { children: [head, this.#body] });
    this.#table.title =
      "Proven is the rating minus its uncertainty, which shrinks with every match. It decides the place.";
    this.root.append(this.#title, this.#table, this.#none);
  }

  /** @param standing undefined while it is loading */
  show(title: string, standing: Standing | undefined, userId: string | undefined): void {
    setText(this.#title, `Best of ${title}`);
    const best = standing?.best ?? [];
    this.#table.hidden = best.length === 0;
    this.#none.hidden = standing === undefined || best.length > 0;
    this.#body.replaceChildren(...shownPlaces(best, userId).map((place) => row(place, userId)));
  }
}

export function shownPlaces(best: readonly RankedPlayer[], userId: string | undefined): RankedPlayer[] {
  const shown = best.slice(0, rowsMax);
  const own = best.findIndex((each) => each.userId === userId);
  return own >= rowsMax ? [...shown, best[own]!] : shown;
}

function row({ place, name, userId: id, mu, score }: RankedPlayer, userId: string | undefined): HTMLElement {
  const cells = [
    element("td", { text: `${place}.` }),
    element("td", { class: "name", text: name ?? id }),
    element("td", { text: mu.toFixed(1) }),
    element("td", { text: score.toFixed(1).replace("-", "−") }),
  ];
  return element("tr", { class: id === userId ? "self" : "", children: cells });
}
