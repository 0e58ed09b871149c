/**
 * A stored state as plain data: what is in it, without classes and ids, as `toJSON()` of Colyseus' schema has it. For who
 * looks at a journal from outside: it makes no object of the schema, and needs none of the room's classes.
 */
import { Reference, type StateNode, type StoredState, type WrittenValue } from "./state-reader.ts";

/** @throws Error when it names an object that it does not have */
export function plainState({ root, nodes }: Pick<StoredState, "root" | "nodes">): unknown {
  const plain = (value: WrittenValue): unknown => {
    if (!(value instanceof Reference)) return value;
    const node = nodes.get(value.id);
    if (node === undefined) throw new Error(`a state names the object ${value.id}, which it does not have`);
    return contentOf(node, plain);
  };
  return plain(new Reference(root));
}

function contentOf(node: StateNode, plain: (value: WrittenValue) => unknown): unknown {
  switch (node.kind) {
    case "object":
      return Object.fromEntries(
        node.type.fields.map((name, index) => [name, plain(node.fields[index])] as const).filter(isSet),
      );
    case "map":
      return Object.fromEntries([...node.keys].map(([key, { value }]) => [key, plain(value)]));
    case "array":
      return node.items.map(plain);
    case "set":
    case "collection":
      return [...node.items.values()].map(plain);
  }
}

/** A field that was cleared is as one that was never set. */
const isSet = ([name, value]: readonly [string, unknown]): boolean =>
  name !== "" && value !== undefined && value !== null;
