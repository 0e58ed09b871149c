/**
 * A map of a View: entries come, change and go by their key. A key that goes and comes again gets a new object, and
 * within one write a key is only added, changed or taken away. Looking keys up by their texts is avoided: entries mostly
 * come in the order in which they came before.
 */
import { type MapSchema, t } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import type { ElementPlan } from "./element-plan.ts";
import { asList } from "./list-plan.ts";
import { type ColumnType, RecordWriter, type ViewWriter } from "./record-plan.ts";
import { refuse } from "./scalars.ts";

type SeenKey = string | number;

interface MapRules {
  /** `see` gives a list, and this property of its items is the key; undefined: an object or a Map. */
  readonly by: string | undefined;
  /** An entry never changes while its key is there. */
  readonly constant: boolean;
}

export class MapPlan {
  readonly column: ColumnType;
  readonly none: unknown;
  readonly #where: string;
  readonly #of: ElementPlan;
  readonly #rules: MapRules;

  constructor(where: string, of: ElementPlan, rules: MapRules) {
    this.#where = where;
    this.#of = of;
    this.#rules = rules;
    this.column = t.map(of.child as never) as ColumnType;
    this.none = rules.by === undefined ? {} : [];
  }

  writer(map: MapSchema): ViewWriter {
    const { by, constant } = this.#rules;
    const entries = new MapWriter(map, this.#of, constant);
    if (by !== undefined) {
      return {
        write: (seen) => {
          const items = asList(seen, this.#where);
          entries.write(items, items as readonly Keyed[], by);
        },
      };
    }
    return {
      write: (seen) => {
        const pairs = this.#pairs(seen);
        const values = pairs.map(({ value }) => value);
        entries.write(values, pairs as readonly (Pair & Keyed)[], "key");
      },
    };
  }

  read(map: unknown): Plain {
    const read: { [key: string]: Plain } = {};
    (map as MapSchema | undefined)?.forEach((value, wireKey) => {
      read[seenKeyOf(wireKey)] = this.#of.read(value);
    });
    return read;
  }

  held(seen: unknown): Plain {
    const held: { [key: string]: Plain } = {};
    for (const { key, value } of this.#pairs(seen)) {
      if (String(key) !== unseenKey) held[String(key)] = this.#of.held(value);
    }
    return held;
  }

  #pairs(seen: unknown): readonly Pair[] {
    const { by } = this.#rules;
    if (by !== undefined)
      return asList(seen, this.#where).map((item) => ({ key: (item as Keyed)[by]!, value: item }));
    if (seen instanceof Map)
      return Array.from(seen as Map<SeenKey, unknown>, ([key, value]) => ({ key, value }));
    if (typeof seen !== "object" || seen === null) return refuse(this.#where, seen, "an object or a Map");
    return Object.entries(seen).map(([key, value]) => ({ key, value }));
  }
}

type Keyed = Readonly<Record<string, SeenKey>>;

interface Pair {
  readonly key: SeenKey;
  readonly value: unknown;
}

interface MapEntry {
  /** As `see` gave it. */
  readonly key: SeenKey;
  readonly wireKey: string;
  /** Writes an entry that is an object. */
  readonly record: RecordWriter | undefined;
  /** The last value that `see` gave. */
  last: unknown;
  /** Its place among the known ones. */
  place: number;
}

class MapWriter {
  readonly #map: MapSchema;
  readonly #of: ElementPlan;
  readonly #constant: boolean;
  readonly #byKey = new Map<string, MapEntry>();
  /** In the order of the last write. */
  readonly #known: MapEntry[] = [];

  constructor(map: MapSchema, of: ElementPlan, constant: boolean) {
    this.#map = map;
    this.#of = of;
    this.#constant = constant;
  }

  /** @param keyed the key of each value is its property `by` */
  write(values: readonly unknown[], keyed: readonly Keyed[], by: string): void {
    const known = this.#known;
    let place = 0;
    for (; place < known.length && place < values.length; place++) {
      const entry = known[place]!;
      if (entry.key !== keyed[place]![by]) break;
      if (!this.#constant) this.#update(entry, values[place]);
    }
    const begun = place;
    const others = place < known.length ? known.splice(place) : none;
    let expected = 0;
    for (; place < values.length; place++) {
      const key = keyed[place]![by]!;
      const entry = others[expected]?.key === key ? others[expected] : this.#byKey.get(String(key));
      if (entry !== undefined && !this.#isPlaced(entry)) expected = entry.place - begun + 1;
      this.#put(entry, key, values[place]);
    }
    for (const entry of others) if (!this.#isPlaced(entry)) this.#remove(entry);
  }

  #put(entry: MapEntry | undefined, key: SeenKey, value: unknown): void {
    if (entry === undefined) {
      this.#add(key, value);
      return;
    }
    if (!this.#isPlaced(entry)) this.#place(entry);
    if (!this.#constant) this.#update(entry, value);
  }

  #add(key: SeenKey, value: unknown): void {
    const text = String(key);
    if (text === unseenKey) return;
    const { scalar, record, toRecord, where } = this.#of;
    const wireKey = wireKeyOf(text);
    const writer = record && new RecordWriter(record);
    // Written before it is in the map: then it goes out whole, in one piece.
    writer?.write(toRecord(value));
    this.#map.set(wireKey, writer === undefined ? scalar!.exact(value, where) : writer.instance);
    const entry = { key, wireKey, record: writer, last: value, place: 0 };
    this.#byKey.set(text, entry);
    this.#place(entry);
  }

  #place(entry: MapEntry): void {
    entry.place = this.#known.length;
    this.#known.push(entry);
  }

  #isPlaced(entry: MapEntry): boolean {
    return this.#known[entry.place] === entry;
  }

  #update(entry: MapEntry, value: unknown): void {
    const { scalar, toRecord, where } = this.#of;
    if (entry.record !== undefined) entry.record.write(toRecord(value));
    else if (value !== entry.last) {
      this.#map.set(entry.wireKey, scalar!.exact(value, where));
      entry.last = value;
    }
  }

  #remove({ key, wireKey }: MapEntry): void {
    this.#map.delete(wireKey);
    this.#byKey.delete(String(key));
  }
}

const none: readonly MapEntry[] = [];

/** No snapshot can carry it, and no plain object has it: an entry of this key is not shown. */
const unseenKey = "__proto__";
const keySign = "~";

/**
 * The schema package finds the number of a key in an object that has what every object has: a player named
 * "constructor" would be taken for one who is there already. Such keys, and those that begin like this, get a sign
 * before them.
 */
function wireKeyOf(key: string): string {
  return key in Object.prototype || key.startsWith(keySign) ? keySign + key : key;
}

function seenKeyOf(wireKey: string): string {
  return wireKey.startsWith(keySign) ? wireKey.slice(keySign.length) : wireKey;
}
