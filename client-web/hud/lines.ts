/** The two lists of lines that come and go: who shot whom, and what was said. */
import type { Seen } from "../../shared/games/arena/seen.ts";
import { element } from "../element.ts";

const weaponSigns = { blaster: "•—", rail: "═══" } as const;

/** A list whose lines are made once each, so that each can fade in its own time (style.css). */
class Lines<Line extends { id: number }> {
  readonly root: HTMLElement;
  readonly #lineOf: (line: Line) => HTMLElement;
  #made = new Map<number, HTMLElement>();
  #shown = "";

  constructor(className: string, lineOf: (line: Line) => HTMLElement) {
    this.root = element("ol", { class: className });
    this.#lineOf = lineOf;
  }

  show(lines: readonly Line[]): void {
    const shown = `${lines.length}:${lines.at(-1)?.id}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const before = this.#made;
    this.#made = new Map(lines.map((line) => [line.id, before.get(line.id) ?? this.#lineOf(line)]));
    for (const [id, line] of before) if (!this.#made.has(id)) line.remove();
    for (const line of this.#made.values()) if (line.parentNode === null) this.root.append(line);
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
