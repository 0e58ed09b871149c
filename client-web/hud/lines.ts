/** The two lists of lines that come and go: who shot whom, and what was said. */
import type { Seen } from "../../shared/games/arena/seen.ts";
import { element } from "../element.ts";

const weaponSigns = { blaster: "•—", rail: "═══" } as const;

/** A list that is redrawn only when its newest line or its length has changed. */
class Lines<Line extends { id: number }> {
  readonly root: HTMLElement;
  readonly #lineOf: (line: Line) => HTMLElement;
  #shown = "";

  constructor(className: string, lineOf: (line: Line) => HTMLElement) {
    this.root = element("ol", { class: className });
    this.#lineOf = lineOf;
  }

  show(lines: readonly Line[]): void {
    const shown = `${lines.length}:${lines.at(-1)?.id}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.replaceChildren(...lines.map(this.#lineOf));
  }
}

export function killFeed(): Lines<Seen["feed"][number]> {
  return new Lines("feed", ({ killer, victim, weapon }) =>
    element("li", {
      children: [
        element("b", { text: killer }),
        element("span", { class: "weapon", text: ` ${weaponSigns[weapon]} ` }),
        element("span", { text: victim }),
      ],
    }),
  );
}

export function chatLines(): Lines<Seen["chat"][number]> {
  return new Lines("chat-lines", ({ name, text }) =>
    element("li", { children: [element("b", { text: `${name}: ` }), element("span", { text })] }),
  );
}
