/**
 * Plain data as a tree of lines, which follows it: a line that stays keeps its element, so that what somebody has folded stays
 * folded, and a value that changed lights up. It knows no game.
 */
import { element, setText } from "../element.ts";

/** Further entries of a collection are counted, not shown. */
const entriesMax = 100;

interface TreeLine {
  readonly root: HTMLLIElement;
  /** Follows the value; undefined: another line is needed for it. */
  readonly show: (value: unknown) => boolean;
}

export class ValueTree {
  readonly root = element("ul", { class: "value-tree" });
  readonly #lines = new Map<string, TreeLine>();
  readonly #more = element("li", { class: "quiet" });

  show(value: object): void {
    const entries = Object.entries(value);
    const shown = entries.slice(0, entriesMax);
    const keys = new Set(shown.map(([key]) => key));
    for (const [key, line] of this.#lines) if (!keys.has(key)) this.#remove(key, line);
    for (const [key, each] of shown) this.#showEntry(key, each);
    setText(this.#more, entries.length > entriesMax ? `and ${entries.length - entriesMax} more` : "");
    if (this.#more.textContent === "") this.#more.remove();
    else this.root.append(this.#more);
  }

  #showEntry(key: string, value: unknown): void {
    const known = this.#lines.get(key);
    if (known?.show(value)) return;
    const line = isBranch(value) ? branch(key, value) : leaf(key, value);
    if (known === undefined) this.root.append(line.root);
    else known.root.replaceWith(line.root);
    this.#lines.set(key, line);
  }

  #remove(key: string, line: TreeLine): void {
    line.root.remove();
    this.#lines.delete(key);
  }
}

function branch(key: string, first: object): TreeLine {
  const tree = new ValueTree();
  const count = element("small");
  const summary = element("summary", { text: `${key} `, children: [count] });
  const details = element("details", { children: [summary, tree.root] });
  details.open = true;
  const show = (value: unknown) => {
    if (!isBranch(value)) return false;
    setText(count, `${Object.keys(value).length}`);
    tree.show(value);
    return true;
  };
  show(first);
  return { root: element("li", { children: [details] }), show };
}

function leaf(key: string, first: unknown): TreeLine {
  const shown = element("output", { text: words(first) });
  const show = (value: unknown) => {
    if (isBranch(value)) return false;
    const text = words(value);
    if (shown.textContent !== text) shown.animate({ backgroundColor: ["#2a6b5d", "transparent"] }, 600);
    setText(shown, text);
    return true;
  };
  return { root: element("li", { children: [element("span", { text: key }), shown] }), show };
}

const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;

function words(value: unknown): string {
  if (typeof value === "string") return value === "" ? "“”" : value;
  return value === undefined || value === null ? "–" : String(value);
}
