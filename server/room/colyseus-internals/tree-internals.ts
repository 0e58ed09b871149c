/**
 * Privates of the schema with which a whole state is written down, and built anew with the ids that clients know. One row
 * and one function each. Only this folder names them. It keeps no state and decides nothing; its callers do.
 */
import {
  $changes,
  $refId,
  ArraySchema,
  type CollectionSchema,
  type Encoder,
  type MapSchema,
  Schema,
  type SetSchema,
  schema,
  t,
} from "@colyseus/schema";
import { changeTreeOf, refIdOf } from "./branch-internals.ts";
import type { InstalledParts, PrivateRow } from "./private-row.ts";

/** What the schema notes about one object of a state: what changed since the last patch, and who may see it. */
export interface StateTree {
  /** The object as the room has it. */
  readonly ref: object;
  /** The same; of an array, what is behind its proxy. */
  readonly refTarget: object;
  /** No patch has shown it yet. */
  readonly isNew: boolean;
  readonly encDescriptor: { readonly names: readonly (string | undefined)[] };
  /** Numbers below 0 are operations on the whole. */
  forEach(visit: (index: number, operation: number) => void): void;
  forEachChild(visit: (child: StateTree) => void): void;
  readonly visibleViews?: readonly number[];
  readonly subscribedViews?: readonly number[];
  readonly tagViews?: ReadonlyMap<number, readonly number[]>;
}

interface ChangesNode {
  readonly changeTree: StateTree;
  readonly next?: ChangesNode;
}

interface StateRoot {
  nextUniqueId: number;
  readonly changes: { readonly next?: ChangesNode };
  readonly changeTrees: Readonly<Record<number, StateTree>>;
}

const rootOf = (encoder: Encoder) => (encoder as unknown as { root: StateRoot }).root;

/** What changed since the last patch, in the order in which it is encoded. */
export function eachChanged(encoder: Encoder, visit: (tree: StateTree) => void): void {
  for (let node = rootOf(encoder).changes.next; node !== undefined; node = node.next) visit(node.changeTree);
}

/** The tree of the object with this id; undefined: it is in the state no more. */
export const treeById = (encoder: Encoder, id: number): StateTree | undefined =>
  rootOf(encoder).changeTrees[id];

export const allTrees = (encoder: Encoder): Readonly<Record<number, StateTree>> =>
  rootOf(encoder).changeTrees;

export const nextIdIn = (encoder: Encoder): number => rootOf(encoder).nextUniqueId;

export function countIdsFrom(encoder: Encoder, id: number): void {
  rootOf(encoder).nextUniqueId = id;
}

export const treeOf = (ref: object): StateTree => changeTreeOf(ref) as unknown as StateTree;

/** Visits the objects that are directly in one. */
export const eachChild = (tree: StateTree, visit: (child: StateTree) => void): void =>
  tree.forEachChild(visit);

/** Whether it is part of a state: an object of the schema, or a collection. */
export const hasTree = (value: object): boolean => (value as Schema)[$changes as never] !== undefined;

const inside = Symbol.for("$values");

/** The values of an object by the numbers of its fields; where one is missing there, its name tells. */
export const valuesOf = (ref: object): readonly unknown[] =>
  (ref as { readonly [inside]: readonly unknown[] })[inside];

/** One for all: there are many objects. */
const idDescriptor = { value: 0, enumerable: false, writable: true, configurable: true };

/** Gives an object that is in no state yet the id that clients know it by. */
export function setId(ref: object, id: number): void {
  idDescriptor.value = id;
  Object.defineProperty(ref, $refId, idDescriptor);
}

export interface FieldOfType {
  readonly name: string;
  /** The name of a primitive type, or another description. */
  readonly type: unknown;
  readonly deprecated?: boolean;
}

/** A class of the schema. */
export type SchemaClass = typeof Schema;

type Metadata = Readonly<Record<number, FieldOfType | undefined>> & Record<string, unknown>;

const metadataOf = (type: SchemaClass): Metadata =>
  ((type as unknown as Record<symbol, unknown>)[Symbol.metadata] ?? {}) as Metadata;

/** The declared fields of a class, by their numbers. */
export function fieldsOf(type: SchemaClass): readonly (FieldOfType | undefined)[] {
  const metadata = metadataOf(type);
  const last = metadata["~__numFields"] as number | undefined;
  return last === undefined ? [] : Array.from({ length: last + 1 }, (_, index) => metadata[index]);
}

/** Whether a class has fields that are sent in parts over many patches. */
export const hasStreams = (type: SchemaClass): boolean =>
  metadataOf(type)["~__streamFieldIndexes"] !== undefined;

/** An object of a class whose constructor needs arguments: as the schema's own constructor would leave it. */
export function withoutConstructor(type: SchemaClass, by: typeof Schema = Schema): Schema {
  const instance = Object.create(type.prototype) as Schema;
  (by as unknown as { initialize(instance: Schema): void }).initialize(instance);
  return instance;
}

interface MapInside {
  readonly journal: {
    nextIndex: number;
    readonly keyByIndex: ReadonlyMap<number, string>;
    indexOf(key: string): number | undefined;
    setIndex(index: number, key: string): void;
  };
}

export const journalOf = (map: MapSchema): MapInside["journal"] => (map as unknown as MapInside).journal;

interface NumberedInside {
  /** The number of the next item. */
  $refId: number;
  readonly $items: ReadonlyMap<number, unknown>;
}

/** The items of a set or a collection, and the number of the next one. */
export const numberedIn = (items: SetSchema | CollectionSchema): NumberedInside =>
  items as unknown as NumberedInside;

/** The items of an array, as they are. */
export const itemsOf = (tree: StateTree): readonly unknown[] =>
  (tree.refTarget as { readonly items: readonly unknown[] }).items;

const Leaf = schema({ value: t.number() }, "LeafForACheck");
const StateForACheck = schema({ list: t.array("number"), leaf: t.ref(Leaf) }, "StateForACheck");

interface CheckedState extends Schema {
  list: ArraySchema<number>;
}

function newState({ Encoder }: Pick<InstalledParts, "Encoder">) {
  const state = new StateForACheck() as unknown as CheckedState;
  state.list = new ArraySchema(1);
  return { state, encoder: new Encoder(state) };
}

export const treeRows: readonly PrivateRow[] = [
  {
    name: "Encoder#root.changes, .changeTrees",
    of: "@colyseus/schema",
    why: "what a durable room changed is written down before anybody is shown it",
    holds: (installed) => {
      const { state, encoder } = newState(installed);
      encoder.discardChanges();
      state.list.push(7);
      const trees: StateTree[] = [];
      eachChanged(encoder, (each) => trees.push(each));
      const [tree, ...others] = trees;
      const changed: number[] = [];
      tree!.forEach((index) => {
        changed.push(index);
      });
      const isList = treeById(encoder, refIdOf(state.list)) === tree && tree!.ref === state.list;
      return others.length === 0 && isList && String(changed) === "1";
    },
  },
  {
    name: "ChangeTree#isNew, #refTarget, #encDescriptor.names",
    of: "@colyseus/schema",
    why: "an object that no patch has shown is written down whole",
    holds: (installed) => {
      const { state, encoder } = newState(installed);
      const treeOf = installed.changeTreeOf as (instance: object) => StateTree;
      const wasNew = treeOf(state.list).isNew;
      encoder.discardChanges();
      const { isNew } = treeOf(state.list);
      const { names } = treeOf(state).encDescriptor;
      const isValue = valuesOf(state)[0] === state.list;
      return (
        wasNew && !isNew && isValue && names[0] === "list" && String(itemsOf(treeOf(state.list))) === "1"
      );
    },
  },
  {
    name: "MapSchema#journal",
    of: "@colyseus/schema",
    why: "the keys of a map keep their numbers over a restore",
    holds: ({ MapSchema }) => {
      const map = new MapSchema();
      journalOf(map).setIndex(4, "a");
      map.set("a", 1);
      const journal = journalOf(map);
      return journal.indexOf("a") === 4 && journal.keyByIndex.get(4) === "a" && journal.nextIndex === 0;
    },
  },
  {
    name: "SetSchema#$refId, #$items",
    of: "@colyseus/schema",
    why: "the items of a set keep their numbers over a restore",
    holds: ({ SetSchema }) => {
      const set = new SetSchema();
      numberedIn(set).$refId = 3;
      set.add(9);
      return numberedIn(set).$refId === 4 && numberedIn(set).$items.get(3) === 9;
    },
  },
  {
    name: "Schema.initialize, ~__numFields",
    of: "@colyseus/schema",
    why: "an object is built anew although its constructor needs arguments",
    holds: ({ Schema }) => {
      const type = Leaf as unknown as SchemaClass;
      const leaf = withoutConstructor(type, Schema) as Schema & { value: number };
      leaf.value = 3;
      return hasTree(leaf) && fieldsOf(type)[0]?.name === "value";
    },
  },
  {
    name: "Root#add: $refId",
    of: "@colyseus/schema",
    why: "an object that is built anew keeps its id",
    holds: ({ Encoder }) => {
      const state = new StateForACheck() as unknown as CheckedState;
      const list = new ArraySchema<number>();
      setId(list, 40);
      state.list = list;
      return treeById(new Encoder(state), 40)?.ref === state.list;
    },
  },
];
