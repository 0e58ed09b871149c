/**
 * A list of a View. The schema package's arrays can leave clients with a wrong list for good when they are changed in
 * two ways within one patch. So only three of their operations are used, of which one patch never has two at one place,
 * and which do no harm to a client that has got the outcome already: setting a place, adding at the end, and taking from
 * the end. An item that moves is therefore told anew.
 */
import { type ArraySchema, t } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import type { ElementPlan } from "./element-plan.ts";
import type { ScalarShape } from "./kind.ts";
import { type ColumnType, type RecordPlan, RecordWriter, type ViewWriter } from "./record-plan.ts";
import { refuse } from "./scalars.ts";

export class ListPlan {
  readonly column: ColumnType;
  readonly #where: string;
  readonly #of: ElementPlan;

  constructor(where: string, of: ElementPlan) {
    this.#where = where;
    this.#of = of;
    this.column = t.array(of.child as never) as ColumnType;
  }

  writer(list: ArraySchema): ViewWriter {
    const { scalar, record, where } = this.#of;
    return scalar === undefined
      ? new RecordListWriter(list, { where: this.#where, record: record!, toRecord: this.#of.toRecord })
      : new ScalarListWriter(list, { where: this.#where, scalar, itemWhere: where });
  }

  read(list: unknown): Plain {
    return Array.from((list ?? []) as Iterable<unknown>, (item) => this.#of.read(item));
  }

  held(seen: unknown): Plain {
    return asList(seen, this.#where).map((item) => this.#of.held(item));
  }
}

class ScalarListWriter implements ViewWriter {
  readonly #list: ArraySchema;
  readonly #plan: { readonly where: string; readonly scalar: ScalarShape; readonly itemWhere: string };
  /** As `see` gave them: the array of the schema is slow to ask. */
  readonly #last: unknown[] = [];

  constructor(list: ArraySchema, plan: { where: string; scalar: ScalarShape; itemWhere: string }) {
    this.#list = list;
    this.#plan = plan;
  }

  write(seen: unknown): void {
    const { where, scalar, itemWhere } = this.#plan;
    const items = asList(seen, where);
    const last = this.#last;
    for (let place = 0; place < items.length; place++) {
      const item = items[place];
      if (place < last.length) {
        if (item !== last[place]) this.#list[place] = scalar.exact(item, itemWhere);
      } else this.#list.push(scalar.exact(item, itemWhere));
      last[place] = item;
    }
    for (; last.length > items.length; last.pop()) this.#list.pop();
  }
}

interface RecordListPlan {
  readonly where: string;
  readonly record: RecordPlan;
  readonly toRecord: (seen: unknown) => unknown;
}

class RecordListWriter implements ViewWriter {
  readonly #list: ArraySchema;
  readonly #plan: RecordListPlan;
  readonly #items: RecordWriter[] = [];

  constructor(list: ArraySchema, plan: RecordListPlan) {
    this.#list = list;
    this.#plan = plan;
  }

  write(seen: unknown): void {
    const { where, record, toRecord } = this.#plan;
    const items = asList(seen, where);
    for (let place = 0; place < items.length; place++) {
      const item = toRecord(items[place]);
      const known = this.#items[place];
      if (known !== undefined) {
        known.write(item);
        continue;
      }
      // Written before it is in the list: then it goes out whole, in one piece.
      const made = new RecordWriter(record);
      made.write(item);
      this.#items.push(made);
      this.#list.push(made.instance);
    }
    for (; this.#items.length > items.length; this.#items.pop()) this.#list.pop();
  }
}

export function asList(seen: unknown, where: string): readonly unknown[] {
  return Array.isArray(seen) ? seen : refuse(where, seen, "a list");
}
