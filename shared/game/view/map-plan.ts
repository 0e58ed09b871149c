/**
 * A map of a View: entries come, change and go by their key. A key that goes and comes again gets a new object, and
 * within one write a key is only added, changed or taken away. Looking a key up by its text is avoided: entries mostly
 * come in the order in which they came before.
 */
import { type MapSchema, t } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import type { ElementPlan } from "./element-plan.ts";
import { asList } from "./list-plan.ts";
import { type ColumnType, RecordWriter, type ViewWriter } from "./record-plan.ts";
import { refuse } from "./scalars.ts";

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
    const entries = new MapWriter(map, this.#of, this.#rules.constant);
    return {
      write: (seen) => {
        entries.begin();
        this.#each(seen, (key, value) => entries.put(key, value));
        entries.end();
      },
    };
  }

  read(map: unknown): Plain {
    const read: { [key: string]: Plain } = {};
    (map as MapSchema | undefined)?.forEach((value, wireKey) => {
      read[seenKey(wireKey)] = this.#of.read(value);
    });
    return read;
  }

  held(seen: unknown): Plain {
    const held: { [key: string]: Plain } = {};
    this.#each(seen, (key, value) => {
      if (String(key) !== unseenKey) held[String(key)] = this.#of.held(value);
    });
    return held;
  }

  #each(seen: unknown, visit: (key: string | number, value: unknown) => void): void {
    const { by } = this.#rules;
    if (by !== undefined) {
      for (const item of asList(seen, this.#where))
        visit((item as Record<string, string | number>)[by]!, item);
    } else if (seen instanceof Map) {
      for (const [key, value] of seen) visit(key, value);
    } else if (typeof seen === "object" && seen !== null) {
      for (const key of Object.keys(seen)) visit(key, (seen as Record<string, unknown>)[key]);
    } else refuse(this.#where, seen, "an object or a Map");
  }
}

interface MapEntry {
  /** As `see` gave it, number or text. */
  readonly key: string | number;
  readonly wireKey: string;
  /** Of an object. */
  readonly record: RecordWriter | undefined;
  /** Of a value, as `see` gave it. */
  last: unknown;
  /** The write that saw it last. */
  write: number;
  /** Its place among what that write saw. */
  place: number;
}

class MapWriter {
  readonly #map: MapSchema;
  readonly #of: ElementPlan;
  readonly #constant: boolean;
  readonly #byKey = new Map<string, MapEntry>();
  #write = 0;
  /** What the write before saw, in its order, and where the next one is expected. */
  #known: MapEntry[] = [];
  #expected = 0;
  #seen: MapEntry[] = [];

  constructor(map: MapSchema, of: ElementPlan, constant: boolean) {
    this.#map = map;
    this.#of = of;
    this.#constant = constant;
  }

  begin(): void {
    this.#write++;
    this.#expected = 0;
    this.#seen.length = 0;
  }

  put(key: string | number, value: unknown): void {
    const entry = this.#expectedAt(key);
    if (entry === undefined) {
      this.#add(key, value);
      return;
    }
    if (entry.write !== this.#write) this.#note(entry);
    if (!this.#constant) this.#update(entry, value);
  }

  end(): void {
    if (this.#byKey.size > this.#seen.length) {
      for (const entry of this.#known) if (entry.write !== this.#write) this.#remove(entry);
    }
    [this.#known, this.#seen] = [this.#seen, this.#known];
  }

  #expectedAt(key: string | number): MapEntry | undefined {
    const expected = this.#known[this.#expected];
    if (expected !== undefined && expected.key === key) {
      this.#expected++;
      return expected;
    }
    const entry = this.#byKey.get(String(key));
    if (entry !== undefined) this.#expected = entry.place + 1;
    return entry;
  }

  #add(key: string | number, value: unknown): void {
    const text = String(key);
    if (text === unseenKey) return;
    const { scalar, record, toRecord, where } = this.#of;
    const wireKey = wireKeyOf(text);
    const writer = record && new RecordWriter(record);
    const entry: MapEntry = { key, wireKey, record: writer, last: value, write: 0, place: 0 };
    // Written before it is in the map: then it goes out whole, in one piece.
    writer?.write(toRecord(value));
    this.#map.set(wireKey, writer === undefined ? scalar!.exact(value, where) : writer.instance);
    this.#byKey.set(text, entry);
    this.#note(entry);
  }

  #note(entry: MapEntry): void {
    entry.write = this.#write;
    entry.place = this.#seen.length;
    this.#seen.push(entry);
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

function seenKey(wireKey: string): string {
  return wireKey.startsWith(keySign) ? wireKey.slice(keySign.length) : wireKey;
}
