/**
 * What the parts of a small run say to each other, for the stories: one line for each thing said, in order of time.
 * What repeats with every tick is one line for as long as nothing else is said.
 */

export interface Saying {
  readonly from: string;
  /** Nobody: it happens to `from`. */
  readonly to?: string;
  readonly words: string;
}

/** Said again and again, about one number after the other. */
export interface Repeated {
  readonly from: string;
  readonly to: string;
  /** The words for the first and the last of a row. */
  readonly words: (first: number, last: number) => string;
  /** Equal for what belongs into one line. */
  readonly key: string;
  readonly number: number;
}

interface Row extends Repeated {
  readonly atMs: number;
  readonly first: number;
  last: number;
}

type Line = { readonly atMs: number } & (Saying | { readonly row: Row });

const fromColumns = 10;
const toColumns = 12;

export class Conversation {
  readonly #nowMs: () => number;
  readonly #lines: Line[] = [];
  /** Rows that may go on. */
  #rows = new Map<string, Row>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  say(saying: Saying): void {
    this.#rows.clear();
    this.#lines.push({ atMs: this.#nowMs(), ...saying });
  }

  repeat(repeated: Repeated): void {
    const { from, to, key, number } = repeated;
    const rowKey = `${from} ${to} ${key}`;
    const row = this.#rows.get(rowKey);
    if (row !== undefined) {
      row.last = number;
      return;
    }
    const begun: Row = { ...repeated, atMs: this.#nowMs(), first: number, last: number };
    this.#rows.set(rowKey, begun);
    this.#lines.push({ atMs: begun.atMs, row: begun });
  }

  /** What was said from `fromMs` to `untilMs`, as text. */
  text(fromMs: number, untilMs: number): string {
    return this.#lines
      .filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
      .map((line) => written("row" in line ? { ...line.row, words: inWords(line.row) } : line))
      .join("\n");
  }
}

function inWords({ words, first, last }: Row): string {
  return words(first, last);
}

function written({ atMs, from, to, words }: Saying & { readonly atMs: number }): string {
  const seconds = (atMs / 1000).toFixed(3).padStart(7);
  if (to === undefined) return `${seconds}  ${from.padEnd(fromColumns)}    (${words})`;
  return `${seconds}  ${from.padEnd(fromColumns)} -> ${to.padEnd(toColumns)} ${words}`;
}

/** "tick 4" or "ticks 4 to 9". */
export function range(what: string, first: number, last: number): string {
  return first === last ? `${what} ${first}` : `${what}s ${first} to ${last}`;
}
