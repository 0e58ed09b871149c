/**
 * Writes down the state of a durable room: what changed since the last patch, or everything (state-format.ts). It writes
 * what the room has, not what clients are told: numbers in full, what only some may see, and arrays as they are. To be
 * asked before the schema forgets the changes.
 */
import { CollectionSchema, type Encoder, MapSchema, type Schema, SetSchema } from "@colyseus/schema";
import { refIdOf } from "../colyseus-internals/branch-internals.ts";
import {
  changedTrees,
  eachChild,
  fieldsOf,
  hasTree,
  itemsOf,
  journalOf,
  numberedIn,
  type StateTree,
  treeOf,
} from "../colyseus-internals/tree-internals.ts";
import { GrowingBytes } from "../growing-bytes.ts";
import { entries, integerMax, values } from "./state-format.ts";

/** A longer array is written in places, if nothing in it moved. */
const wholeArrayMax = 32;
/** Operations of the schema on one place: nothing moves by them. */
const adds = 128;
const replaces = 0;
const deletesAndAdds = 192;

export class StateWriter {
  readonly #encoder: Encoder;
  readonly #out = new GrowingBytes(1024);
  #types = new Map<unknown, number>();
  /** Ids of what was written in this pass, and objects that must be. */
  #written = new Set<number>();
  #owed: StateTree[] = [];

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
  }

  /** What changed since the last patch. */
  changes(): Uint8Array {
    this.#begin();
    for (const tree of changedTrees(this.#encoder)) this.#write(tree, tree.isNew);
    this.#writeOwed();
    return this.#bytes();
  }

  /** Everything, from the root on. What follows it names its types. */
  image(): Uint8Array {
    this.#types = new Map();
    this.#begin();
    const root = treeOf(this.#encoder.state as object);
    this.#out.byte(entries.root);
    this.#out.number(refIdOf(root.ref));
    const all = [root];
    const seen = new Set(all);
    for (let tree = all.pop(); tree !== undefined; tree = all.pop()) {
      this.#write(tree, true);
      eachChild(tree, (child) => {
        if (seen.has(child)) return;
        seen.add(child);
        all.push(child);
      });
    }
    this.#owed = [];
    return this.#bytes();
  }

  #begin(): void {
    this.#out.clear();
    this.#written = new Set();
    this.#owed = [];
  }

  #bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#out.since(0));
  }

  /** New objects that nobody has changed are in no list of the schema. */
  #writeOwed(): void {
    for (let tree = this.#owed.pop(); tree !== undefined; tree = this.#owed.pop()) this.#write(tree, true);
  }

  #write(tree: StateTree, whole: boolean): void {
    const { ref } = tree;
    const id = refIdOf(ref);
    if (this.#written.has(id)) return;
    this.#written.add(id);
    if (ref instanceof MapSchema) this.#map(ref, tree, whole);
    else if (tree.refTarget !== ref) this.#array(tree, whole);
    else if (ref instanceof SetSchema) this.#numbered(ref, entries.set);
    else if (ref instanceof CollectionSchema) this.#numbered(ref, entries.collection);
    else this.#object(tree, whole);
  }

  #object(tree: StateTree, whole: boolean): void {
    const ref = tree.ref as Record<string, unknown>;
    const type = this.#typeOf(ref.constructor as typeof Schema);
    const { names } = tree.encDescriptor;
    const fields: number[] = [];
    if (!whole)
      tree.forEach((index) => {
        fields.push(index);
      });
    else
      for (const [index, field] of fieldsOf(ref.constructor as typeof Schema).entries())
        if (field !== undefined && !field.deprecated && isSet(ref[field.name])) fields.push(index);
    this.#head(whole ? entries.object : entries.fields, ref);
    this.#out.number(type);
    this.#out.number(fields.length);
    for (const index of fields) {
      this.#out.number(index);
      this.#value(ref[names[index]!]);
    }
  }

  #typeOf(type: typeof Schema): number {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const number = this.#types.size;
    this.#types.set(type, number);
    this.#out.byte(entries.type);
    this.#out.number(number);
    this.#out.text(type.name);
    this.#out.number(this.#namesakesBefore(type));
    const fields = fieldsOf(type);
    this.#out.number(fields.length);
    for (const field of fields) this.#out.text(field?.name ?? "");
    return number;
  }

  #namesakesBefore(type: typeof Schema): number {
    const types = [...this.#encoder.context.schemas.keys()];
    return types.slice(0, Math.max(0, types.indexOf(type))).filter(({ name }) => name === type.name).length;
  }

  #map(map: MapSchema, tree: StateTree, whole: boolean): void {
    const journal = journalOf(map);
    const changed: number[] = [];
    let isWhole = whole;
    if (!whole)
      tree.forEach((index) => {
        if (index < 0) isWhole = true;
        else changed.push(index);
      });
    const numbers = isWhole ? [...map.keys()].map((key) => journal.indexOf(key)!) : changed;
    this.#head(isWhole ? entries.map : entries.keys, map);
    if (isWhole) this.#out.number(journal.nextIndex);
    this.#out.number(numbers.length);
    for (const number of numbers) {
      const key = journal.keyByIndex.get(number)!;
      this.#out.number(number);
      this.#out.text(key);
      this.#value(map.get(key));
    }
  }

  #array(tree: StateTree, whole: boolean): void {
    const items = itemsOf(tree);
    const places = whole || items.length <= wholeArrayMax ? undefined : changedPlaces(tree, items.length);
    this.#head(places === undefined ? entries.array : entries.places, tree.ref);
    this.#out.number(items.length);
    if (places === undefined) for (const item of items) this.#value(item);
    else {
      this.#out.number(places.length);
      for (const place of places) {
        this.#out.number(place);
        this.#value(items[place]);
      }
    }
  }

  #numbered(ref: SetSchema | CollectionSchema, entry: number): void {
    const { $refId: next, $items: items } = numberedIn(ref);
    this.#head(entry, ref);
    this.#out.number(next);
    this.#out.number(items.size);
    for (const [number, item] of items) {
      this.#out.number(number);
      this.#value(item);
    }
  }

  #head(entry: number, ref: object): void {
    this.#out.byte(entry);
    this.#out.number(refIdOf(ref));
  }

  #value(value: unknown): void {
    const out = this.#out;
    switch (typeof value) {
      case "number":
        if (Number.isInteger(value) && Math.abs(value) <= integerMax && !Object.is(value, -0)) {
          out.byte(values.integer);
          out.number(value);
        } else {
          out.byte(values.float);
          out.float(value);
        }
        break;
      case "string":
        out.byte(values.text);
        out.text(value);
        break;
      case "boolean":
        out.byte(value ? values.true : values.false);
        break;
      case "bigint":
        out.byte(values.bigint);
        out.text(String(value));
        break;
      case "object":
        if (value === null) out.byte(values.null);
        else this.#reference(value);
        break;
      default:
        out.byte(values.gone);
    }
  }

  #reference(ref: object): void {
    if (!hasTree(ref)) throw new TypeError(`a state holds what is none of the schema's: ${String(ref)}`);
    this.#out.byte(values.object);
    this.#out.number(refIdOf(ref));
    const tree = treeOf(ref);
    if (tree.isNew) this.#owed.push(tree);
  }
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
