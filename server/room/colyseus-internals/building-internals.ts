/**
 * Privates of the schema with which a state is built anew quickly: values go where the schema keeps them, past its list of
 * changes, which would be forgotten again. One row and one function each. Only this folder names them. It keeps no state and
 * decides nothing; its callers do.
 */
import { ArraySchema, MapSchema, type Schema, type SetSchema, schema, t } from "@colyseus/schema";
import type { PrivateRow } from "./private-row.ts";
import {
  hasTree,
  type SchemaClass,
  type StateTree,
  treeOf,
  valuesOf,
  withoutConstructor,
} from "./tree-internals.ts";

interface AttachedTree extends StateTree {
  setParent(parent: object, root: undefined, index: number): void;
}

/** What a value is in, if it is an object of the schema: nothing is noted as a change. */
function belongs(value: unknown, parent: object, index: number): void {
  if (typeof value === "object" && value !== null && hasTree(value))
    (treeOf(value) as AttachedTree).setParent(parent, undefined, index);
}

/** The values of an object by the numbers of its fields, to be written. */
export const placesOf = (ref: object): unknown[] => valuesOf(ref) as unknown[];

interface KeysInside {
  readonly $items: Map<string, unknown>;
  readonly journal: { setIndex(index: number, key: string): void };
}

export function putKey(
  map: MapSchema,
  { index, key, value }: { index: number; key: string; value: unknown },
) {
  const { $items, journal } = map as unknown as KeysInside;
  journal.setIndex(index, key);
  $items.set(key, value);
  belongs(value, map, index);
}

interface ItemsInside {
  items: unknown[];
  tmpItems: unknown[];
}

/** All items of an array that is new. */
export function putItems(array: ArraySchema, items: unknown[]): void {
  const target = treeOf(array).refTarget as unknown as ItemsInside;
  target.items = items;
  target.tmpItems = items.slice();
  for (let index = 0; index < items.length; index++) belongs(items[index], array, index);
}

/** An item of a set or a collection under its number. */
export function putNumbered(items: object, number: number, value: unknown): void {
  (items as { readonly $items: Map<number, unknown> }).$items.set(number, value);
  belongs(value, items, number);
}

const samples: Readonly<Record<string, unknown>> = {
  ...{ string: "a", boolean: true, bigint64: 1n, biguint64: 1n },
};

/**
 * Whether a field of a class is only put among the values of its object, so that it may be put there directly. It is tried
 * out: a class may have accessors of its own.
 */
export function isPutDirectly(
  type: SchemaClass,
  { name, at, of }: { name: string; at: number; of: unknown },
) {
  if (typeof of !== "string") return false;
  const sample = samples[of] ?? 1;
  try {
    const tried = withoutConstructor(type) as Schema & Record<string, unknown>;
    tried[name] = sample;
    return placesOf(tried)[at] === sample && !Object.hasOwn(tried, name);
  } catch {
    return false;
  }
}

const Item = schema({ value: t.number() }, "BuiltForACheck");
const Whole = schema(
  { keys: t.map(Item), list: t.array("number"), names: t.set("string") },
  "BuiltStateForACheck",
);

type WholeState = Schema & { keys: MapSchema; list: ArraySchema; names: SetSchema<string> };

export const buildingRows: readonly PrivateRow[] = [
  {
    name: "Schema $values, MapSchema#$items, ArraySchema#items, ChangeTree#setParent",
    of: "@colyseus/schema",
    why: "a state that is built anew is encoded as the one that it was",
    holds: ({ Encoder }) => {
      const state = new Whole() as unknown as WholeState;
      const keys = new MapSchema();
      const list = new ArraySchema<number>();
      state.keys = keys;
      state.list = list;
      const item = new Item() as unknown as Schema & { value: number };
      placesOf(item)[0] = 7;
      putKey(keys, { index: 3, key: "a", value: item });
      putItems(list, [4, 5]);
      const encoder = new Encoder(state);
      encoder.discardChanges();
      list.push(6);
      item.value = 8;
      const isThere = keys.get("a") === item && String(state.list.toArray()) === "4,5,6";
      return (
        isThere && encoder.hasChanges && (treeOf(item) as unknown as { root: unknown }).root !== undefined
      );
    },
  },
];
