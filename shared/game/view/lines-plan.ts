/**
 * The newest lines of something that grows, as a ring of slots that are there from the start: a new line overwrites the
 * oldest, and nothing is ever shifted. A slot is empty while its `id` is 0. Lines have ids without gaps, so the newest
 * never share a slot.
 */
import { type ArraySchema, t } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import { asList } from "./list-plan.ts";
import { type ColumnType, type RecordPlan, RecordWriter, type ViewWriter } from "./record-plan.ts";
import { refuse } from "./scalars.ts";

interface Line {
  readonly id: number;
}

export class LinesPlan {
  readonly column: ColumnType;
  readonly #where: string;
  readonly #of: RecordPlan;
  readonly #max: number;

  constructor(where: string, of: RecordPlan, max: number) {
    if (!Number.isInteger(max) || max < 1)
      throw new TypeError(`${where}: lines(${max}) needs a count from 1`);
    of.certainNone();
    this.#where = where;
    this.#of = of;
    this.#max = max;
    this.column = t.array(of.Class) as ColumnType;
  }

  writer(list: ArraySchema): ViewWriter {
    const none = this.#of.none();
    const slots = Array.from({ length: this.#max }, () => {
      const slot = new RecordWriter(this.#of);
      slot.write(none);
      list.push(slot.instance);
      return slot;
    });
    const told = slots.map(() => 0);
    let newest = 0;
    let count = 0;
    return {
      write: (seen) => {
        const all = asList(seen, this.#where) as readonly Line[];
        const id = all.length === 0 ? 0 : all[all.length - 1]!.id;
        // Lines never change: these are the same.
        if (id === newest && Math.min(all.length, this.#max) === count) return;
        const lines = this.#newest(all);
        newest = id;
        count = lines.length;
        this.#tell(lines, slots, told, none);
      },
    };
  }

  /** @param told the id that each slot has, 0 for none */
  #tell(lines: readonly Line[], slots: readonly RecordWriter[], told: number[], none: unknown): void {
    for (let place = lines.length - 1; place >= 0; place--) {
      const { id } = lines[place]!;
      const slot = (id - 1) % this.#max;
      if (told[slot] === id) continue;
      slots[slot]!.write(lines[place]);
      told[slot] = id;
    }
    if (lines.length === this.#max) return;
    const first = lines[0]?.id ?? Number.POSITIVE_INFINITY;
    const last = lines.at(-1)?.id ?? 0;
    for (const [slot, id] of told.entries()) {
      if (id === 0 || (id >= first && id <= last)) continue;
      slots[slot]!.write(none);
      told[slot] = 0;
    }
  }

  /** In the order in which they were written, wherever in the ring they are. */
  read(slots: unknown): Plain {
    const lines: Plain[] = [];
    for (const slot of (slots ?? []) as Iterable<Line | undefined>) {
      if (slot !== undefined && slot.id > 0) lines.push(this.#of.read(slot));
    }
    return lines.sort((a, b) => (a as unknown as Line).id - (b as unknown as Line).id);
  }

  held(seen: unknown): Plain {
    return this.#newest(asList(seen, this.#where) as readonly Line[]).map((line) => this.#of.held(line));
  }

  #newest(all: readonly Line[]): readonly Line[] {
    const lines = all.length > this.#max ? all.slice(-this.#max) : all;
    let next = lines[0]?.id ?? 1;
    for (const { id } of lines)
      if (id !== next++ || !(id >= 1))
        refuse(`${this.#where}[].id`, id, "one more than that of the line before");
    return lines;
  }
}
