/**
 * Makes a state of a room anew from what was stored: objects of the room's own classes, which can be encoded again, each
 * with the id that clients know it by. What is new in a class since then has what its constructor gave it; what is gone
 * from it is left out.
 */
import {
  ArraySchema,
  CollectionSchema,
  type Encoder,
  MapSchema,
  type Schema,
  SetSchema,
} from "@colyseus/schema";
import { refIdOf } from "../colyseus-internals/branch-internals.ts";
import {
  isPutDirectly,
  placesOf,
  putItems,
  putKey,
  putNumbered,
} from "../colyseus-internals/building-internals.ts";
import {
  eachChild,
  fieldsOf,
  journalOf,
  numberedIn,
  type SchemaClass,
  type StateTree,
  setId,
  treeOf,
  withoutConstructor,
} from "../colyseus-internals/tree-internals.ts";
import {
  Reference,
  type StateNode,
  type StoredState,
  type StoredType,
  type WrittenValue,
} from "./state-reader.ts";

export interface Built {
  readonly root: Schema;
  /** The first id that nobody has seen. */
  readonly nextId: number;
  /** Whether it is what was stored, and nothing more or less: what changes in it from now on may follow that. */
  readonly isSame: boolean;
}

export interface BuilderParts {
  /** The classes that a state of this room may have objects of, the root's first. */
  readonly classes: readonly SchemaClass[];
  /** The first id that was not used before. */
  readonly nextId: number;
}

/** @throws Error when an object is of a class that is not there */
export function builtState(stored: StoredState, parts: BuilderParts): Built {
  const builder = new Builder(stored, parts.classes);
  const root = builder.objectOf(stored.root) as Schema;
  const { isSame } = builder;
  // Only where a class has other fields than it had can a constructor have made what has no id.
  return { root, isSame, nextId: isSame ? parts.nextId : numberedFrom(root, parts.nextId) };
}

/** The classes that the state of an encoder may have objects of. */
export const classesOf = (encoder: Encoder): readonly SchemaClass[] => [...encoder.context.schemas.keys()];

/** A field that is kept: where its value is in what was stored, and where it goes. */
interface TakenField {
  readonly name: string;
  /** In the stored object. */
  readonly from: number;
  /** Among the values of the new one. */
  readonly at: number;
  readonly isDirect: boolean;
}

/** How objects of a stored class are made. */
interface ClassPlan {
  readonly of: SchemaClass;
  readonly taken: readonly TakenField[];
}

class Builder {
  readonly #stored: StoredState;
  readonly #classes: readonly SchemaClass[];
  readonly #objects = new Map<number, object>();
  readonly #plans = new Map<StoredType, ClassPlan>();
  /** Whether every class that was met has the fields that were stored, and no others. */
  isSame = true;

  constructor(stored: StoredState, classes: readonly SchemaClass[]) {
    this.#stored = stored;
    this.#classes = classes;
  }

  objectOf(id: number): object {
    const known = this.#objects.get(id);
    if (known !== undefined) return known;
    const node = this.#stored.nodes.get(id);
    if (node === undefined) throw new Error(`a state names the object ${id}, which it does not have`);
    const made = this.#made(id, node);
    setId(made, id);
    return made;
  }

  #made(id: number, node: StateNode): object {
    switch (node.kind) {
      case "object":
        return this.#instance(id, node);
      case "map": {
        const map = new MapSchema<unknown>() as MapSchema;
        this.#objects.set(id, map);
        node.keys.forEach((index, key, value) => {
          putKey(map, { index, key, value: this.#valueOf(value) });
        });
        journalOf(map).nextIndex = node.next;
        return map;
      }
      case "array": {
        const array = new ArraySchema<unknown>();
        this.#objects.set(id, array);
        putItems(array, node.items.map((item) => this.#valueOf(item)).filter(isSet));
        return array;
      }
      case "set":
      case "collection": {
        const items = node.kind === "set" ? new SetSchema<unknown>() : new CollectionSchema<unknown>();
        this.#objects.set(id, items);
        for (const [number, item] of node.items) putNumbered(items, number, this.#valueOf(item));
        numberedIn(items).$refId = node.next;
        return items;
      }
    }
  }

  #instance(id: number, { type, fields }: Extract<StateNode, { kind: "object" }>): Schema {
    const known = this.#plans.get(type);
    const made = newOf(known?.of ?? this.#classOf(type));
    this.#objects.set(id, made);
    const { taken } = known ?? this.#planOf(type, made);
    const places = placesOf(made);
    for (const { name, from, at, isDirect } of taken) {
      const stored = fields[from];
      if (isDirect) places[at] = stored ?? undefined;
      else this.#set(made as unknown as Record<string, unknown>, name, this.#valueOf(stored));
    }
    return made;
  }

  #set(made: Record<string, unknown>, name: string, value: unknown): void {
    if (value !== undefined || isSet(made[name])) made[name] = value;
  }

  /** @param made the first of its class */
  #planOf(type: StoredType, made: Schema): ClassPlan {
    const of = made.constructor as SchemaClass;
    const fields = fieldsOf(of);
    const kept = fields.map((field) => (field === undefined || field.deprecated ? "" : field.name));
    const taken = kept.flatMap((name, at): TakenField[] => {
      const from = name === "" ? -1 : type.fields.indexOf(name);
      if (from < 0) return [];
      const isDirect = !Object.hasOwn(made, name) && isPutDirectly(of, { name, at, of: fields[at]!.type });
      return [{ name, from, at, isDirect }];
    });
    this.isSame &&= String(kept) === String(type.fields);
    const plan = { of, taken };
    this.#plans.set(type, plan);
    return plan;
  }

  #valueOf(stored: WrittenValue): unknown {
    return stored instanceof Reference ? this.objectOf(stored.id) : (stored ?? undefined);
  }

  #classOf({ name, namesakesBefore }: StoredType): SchemaClass {
    const namesakes = this.#classes.filter((each) => each.name === name);
    const of = namesakes[namesakesBefore] ?? namesakes[0];
    if (of === undefined) throw new Error(`a state has an object of the class "${name}", which is not there`);
    return of;
  }
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

function newOf(of: SchemaClass): Schema {
  try {
    return new of();
  } catch {
    return withoutConstructor(of);
  }
}

/** Objects that a newer constructor made have no id yet. @returns the next one */
function numberedFrom(root: Schema, firstId: number): number {
  let next = firstId;
  const seen = new Set<StateTree>();
  const visit = (tree: StateTree): void => {
    if (seen.has(tree)) return;
    seen.add(tree);
    if (refIdOf(tree.ref) === undefined) setId(tree.ref, next++);
    eachChild(tree, visit);
  };
  visit(treeOf(root));
  return next;
}
