/**
 * Writes down the state of a durable room: what changed since the last patch, or everything (state-format.ts). It writes
 * what the room has, not what clients are told: numbers in full, what only some may see, and arrays as they are. To be
 * asked before the schema forgets the changes.
 */
import { ArraySchema, CollectionSchema, type Encoder, MapSchema, SetSchema } from "@colyseus/schema";
import { refIdOf } from "../colyseus-internals/branch-internals.ts";
import {
  eachChanged,
  eachChild,
  type FieldOfType,
  fieldsOf,
  hasTree,
  itemsOf,
  journalOf,
  numberedIn,
  type SchemaClass,
  type StateTree,
  treeOf,
  valuesOf,
} from "../colyseus-internals/tree-internals.ts";
import { StateBytesWriter } from "./state-bytes.ts";
import { entries, integerMax, values as kinds } from "./state-format.ts";
import type { StateNode } from "./state-reader.ts";

/** A longer array is written in places, if nothing in it moved. */
const wholeArrayMax = 32;
/** Operations of the schema on one place: nothing moves by them. */
const adds = 128;
const replaces = 0;
const deletesAndAdds = 192;

/** What is written of every object of a class. */
interface KnownClass {
  readonly kind: StateNode["kind"];
  readonly names: readonly string[];
  /** Its number in what is written; undefined: it was not named yet. */
  type: number | undefined;
}

export class StateWriter {
  readonly #encoder: Encoder;
  readonly #out = new StateBytesWriter(4096);
  readonly #classes = new Map<unknown, KnownClass>();
  #lastOf: unknown;
  #last: KnownClass | undefined;
  /** Classes are numbered from here on. */
  #types: number;
  /** New objects that were written in this pass, and those that must be. */
  #written = new Set<StateTree>();
  #owed: StateTree[] = [];
  /** Places that changed in the tree that is being written: one list for all, as there are many trees. */
  readonly #changed: number[] = [];
  readonly #note = (index: number): void => {
    this.#changed.push(index);
  };

  /** @param types numbers of classes that what was written before has given away */
  constructor(encoder: Encoder, types = 0) {
    this.#encoder = encoder;
    this.#types = types;
  }

  /** What changed since the last patch. */
  changes(): Uint8Array {
    this.#begin();
    eachChanged(this.#encoder, (tree) => this.#write(tree, tree.isNew));
    // New objects that nobody has changed are in no list of the schema.
    for (let tree = this.#owed.pop(); tree !== undefined; tree = this.#owed.pop()) this.#write(tree, true);
    return this.#out.take();
  }

  /** Everything, from the root on. What follows it names its types. */
  image(): Uint8Array {
    for (const known of this.#classes.values()) known.type = undefined;
    this.#types = 0;
    this.#begin();
    const root = treeOf(this.#encoder.state as object);
    this.#out.byte(entries.root);
    this.#out.count(refIdOf(root.ref));
    const all = [root];
    const seen = new Set(all);
    const visit = (child: StateTree): void => {
      if (seen.has(child)) return;
      seen.add(child);
      all.push(child);
    };
    for (let tree = all.pop(); tree !== undefined; tree = all.pop()) {
      this.#write(tree, true);
      eachChild(tree, visit);
    }
    this.#owed = [];
    return this.#out.take();
  }

  #begin(): void {
    this.#out.clear();
    if (this.#written.size > 0) this.#written = new Set();
    this.#owed = [];
  }

  #write(tree: StateTree, whole: boolean): void {
    if (whole) {
      if (this.#written.has(tree)) return;
      this.#written.add(tree);
    }
    const known = this.#classOf(tree);
    switch (known.kind) {
      case "object":
        this.#object(tree, known, whole);
        break;
      case "map":
        this.#map(tree, whole);
        break;
      case "array":
        this.#array(tree, whole);
        break;
      case "set":
      case "collection":
        this.#numbered(tree, known.kind);
        break;
    }
  }

  #classOf({ refTarget }: StateTree): KnownClass {
    const of = refTarget.constructor;
    // Those that change together are mostly of one class.
    if (of === this.#lastOf) return this.#last!;
    let known = this.#classes.get(of);
    if (known === undefined) {
      const kind = kindOf(refTarget);
      const names = kind === "object" ? fieldsOf(of as SchemaClass).map(nameOfKept) : [];
      known = { kind, names, type: undefined };
      this.#classes.set(of, known);
    }
    this.#lastOf = of;
    this.#last = known;
    return known;
  }

  #object(tree: StateTree, known: KnownClass, whole: boolean): void {
    const { names } = known;
    const ref = tree.ref as Record<string, unknown>;
    const values = valuesOf(ref);
    const changed = this.#changed;
    changed.length = 0;
    if (!whole) tree.forEach(this.#note);
    else
      for (let index = 0; index < names.length; index++)
        if (names[index] !== "" && isSet(values[index] ?? ref[names[index]!])) changed.push(index);
    const type = known.type ?? this.#typeOf(ref.constructor as SchemaClass, known);
    const out = this.#out;
    out.byte(whole ? entries.object : entries.fields);
    out.count(refIdOf(ref));
    out.count(type);
    out.count(changed.length);
    for (const index of changed) {
      out.count(index);
      this.#value(values[index] ?? ref[names[index]!]);
    }
  }

  #typeOf(type: SchemaClass, known: KnownClass): number {
    const number = this.#types++;
    known.type = number;
    const out = this.#out;
    out.byte(entries.type);
    out.count(number);
    out.text(type.name);
    out.count(this.#namesakesBefore(type));
    out.count(known.names.length);
    for (const name of known.names) out.text(name);
    return number;
  }

  #namesakesBefore(type: SchemaClass): number {
    const types = [...this.#encoder.context.schemas.keys()];
    return types.slice(0, Math.max(0, types.indexOf(type))).filter(({ name }) => name === type.name).length;
  }

  #map(tree: StateTree, whole: boolean): void {
    const map = tree.ref as MapSchema;
    const journal = journalOf(map);
    const changed = this.#changed;
    changed.length = 0;
    if (!whole) tree.forEach(this.#note);
    const isWhole = whole || changed.some((number) => number < 0);
    const out = this.#out;
    out.byte(isWhole ? entries.map : entries.keys);
    out.count(refIdOf(map));
    if (isWhole) {
      out.count(journal.nextIndex);
      out.count(map.size);
      for (const [key, value] of map.entries()) this.#key(journal.indexOf(key)!, key, value);
    } else {
      out.count(changed.length);
      for (const number of changed) {
        const key = journal.keyByIndex.get(number)!;
        this.#key(number, key, map.get(key));
      }
    }
  }

  #key(number: number, key: string, value: unknown): void {
    this.#out.count(number);
    this.#out.text(key);
    this.#value(value);
  }

  #array(tree: StateTree, whole: boolean): void {
    const items = itemsOf(tree);
    const places = whole || items.length <= wholeArrayMax ? undefined : changedPlaces(tree, items.length);
    const out = this.#out;
    out.byte(places === undefined ? entries.array : entries.places);
    out.count(refIdOf(tree.refTarget));
    out.count(items.length);
    if (places === undefined) for (const item of items) this.#value(item);
    else {
      out.count(places.length);
      for (const place of places) {
        out.count(place);
        this.#value(items[place]);
      }
    }
  }

  #numbered(tree: StateTree, kind: "set" | "collection"): void {
    const { $refId: next, $items: items } = numberedIn(tree.ref as SetSchema | CollectionSchema);
    const out = this.#out;
    out.byte(entries[kind]);
    out.count(refIdOf(tree.ref));
    out.count(next);
    out.count(items.size);
    for (const [number, item] of items) {
      out.count(number);
      this.#value(item);
    }
  }

  #value(value: unknown): void {
    const out = this.#out;
    switch (typeof value) {
      case "number":
        if (value >= 0 && value <= integerMax && Number.isInteger(value) && !Object.is(value, -0)) {
          out.byte(kinds.integer);
          out.count(value);
        } else {
          out.byte(kinds.float);
          out.float(value);
        }
        break;
      case "string":
        out.byte(kinds.text);
        out.text(value);
        break;
      case "boolean":
        out.byte(value ? kinds.true : kinds.false);
        break;
      case "bigint":
        out.byte(kinds.bigint);
        out.text(String(value));
        break;
      case "object":
        if (value === null) out.byte(kinds.null);
        else this.#reference(value);
        break;
      default:
        out.byte(kinds.gone);
    }
  }

  #reference(ref: object): void {
    if (!hasTree(ref)) throw new TypeError(`a state holds what is none of the schema's: ${String(ref)}`);
    this.#out.byte(kinds.object);
    this.#out.count(refIdOf(ref));
    const tree = treeOf(ref);
    if (tree.isNew) this.#owed.push(tree);
  }
}

/** A field that is not kept has no name. */
const nameOfKept = (field: FieldOfType | undefined): string =>
  field === undefined || field.deprecated ? "" : field.name;

function kindOf(target: object): StateNode["kind"] {
  if (target instanceof MapSchema) return "map";
  if (target instanceof ArraySchema) return "array";
  if (target instanceof SetSchema) return "set";
  return target instanceof CollectionSchema ? "collection" : "object";
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** @returns undefined when anything may have moved */
function changedPlaces(tree: StateTree, length: number): readonly number[] | undefined {
  const places: number[] = [];
  const added: number[] = [];
  let moved = false;
  tree.forEach((place, operation) => {
    if (place < 0 || place >= length) moved = true;
    else if (operation === adds) added.push(place);
    else if (operation === replaces || operation === deletesAndAdds) places.push(place);
    else moved = true;
  });
  // Only what was put at the end is added without a move.
  const isAtEnd = added.every((place) => place >= length - added.length);
  return moved || !isAtEnd ? undefined : [...places, ...added];
}
