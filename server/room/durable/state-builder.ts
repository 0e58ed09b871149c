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
}

export interface BuilderParts {
  /** The classes that a state of this room may have objects of, the root's first. */
  readonly classes: readonly SchemaClass[];
  /** The first id that was not used before. */
  readonly nextId: number;
}

/** @throws Error when an object is of a class that is not there */
export function builtState(stored: StoredState, parts: BuilderParts): Built {
  const root = new Builder(stored, parts.classes).objectOf(stored.root) as Schema;
  return { root, nextId: numberedFrom(root, parts.nextId) };
}

/** The classes that the state of an encoder may have objects of. */
export const classesOf = (encoder: Encoder): readonly SchemaClass[] => [...encoder.context.schemas.keys()];

/** How objects of a stored class are made: of which class, and which of its fields have which number there. */
interface ClassPlan {
  readonly of: SchemaClass;
  readonly taken: readonly (readonly [name: string, index: number])[];
}

class Builder {
  readonly #stored: StoredState;
  readonly #classes: readonly SchemaClass[];
  readonly #objects = new Map<number, object>();
  readonly #plans = new Map<StoredType, ClassPlan>();

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
        const map = new MapSchema<unknown>();
        this.#objects.set(id, map);
        const journal = journalOf(map as MapSchema);
        for (const [key, { index, value }] of node.keys) {
          journal.setIndex(index, key);
          map.set(key, this.#valueOf(value));
        }
        journal.nextIndex = node.next;
        return map;
      }
      case "array": {
        const array = new ArraySchema<unknown>();
        this.#objects.set(id, array);
        for (const item of node.items) array.push(this.#valueOf(item));
        return array;
      }
      case "set":
      case "collection": {
        const items = node.kind === "set" ? new SetSchema<unknown>() : new CollectionSchema<unknown>();
        this.#objects.set(id, items);
        const numbered = numberedIn(items);
        for (const [number, item] of node.items) {
          numbered.$refId = number;
          items.add(this.#valueOf(item));
        }
        numbered.$refId = node.next;
        return items;
      }
    }
  }

  #instance(id: number, { type, fields }: Extract<StateNode, { kind: "object" }>): Schema {
    const { of, taken } = this.#planOf(type);
    const made = newOf(of);
    this.#objects.set(id, made);
    const target = made as unknown as Record<string, unknown>;
    for (const [name, index] of taken) {
      const value = this.#valueOf(fields[index]);
      if (value !== undefined || isSet(target[name])) target[name] = value;
    }
    return made;
  }

  #planOf(type: StoredType): ClassPlan {
    let plan = this.#plans.get(type);
    if (plan === undefined) {
      const of = this.#classOf(type);
      const names = fieldsOf(of).flatMap((field) =>
        field === undefined || field.deprecated ? [] : field.name,
      );
      const taken = names.map((name) => [name, type.fields.indexOf(name)] as const);
      plan = { of, taken: taken.filter(([, index]) => index >= 0) };
      this.#plans.set(type, plan);
    }
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
