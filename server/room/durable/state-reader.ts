/**
 * Reads what state-writer.ts wrote: an image, and the changes after it, into plain nodes by id. It makes no object of the
 * schema; state-builder.ts does. What cannot be read is an error, and nothing is guessed.
 */
import { StateBytesReader } from "./state-bytes.ts";
import { entries, values } from "./state-format.ts";
import { StoredKeys } from "./stored-keys.ts";

/** Another object, by its id. */
export class Reference {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

/** Undefined: gone. */
export type WrittenValue = undefined | null | boolean | number | string | bigint | Reference;

export interface StoredType {
  readonly name: string;
  /** How many classes of the same name come before it. */
  readonly namesakesBefore: number;
  readonly fields: readonly string[];
}

export type StateNode =
  | { readonly kind: "object"; readonly type: StoredType; readonly fields: WrittenValue[] }
  | { readonly kind: "map"; next: number; readonly keys: StoredKeys<WrittenValue> }
  | { readonly kind: "array"; items: WrittenValue[] }
  | {
      readonly kind: "set" | "collection";
      readonly next: number;
      readonly items: ReadonlyMap<number, WrittenValue>;
    };

export interface StoredState {
  readonly root: number;
  /** By their numbers in what was read. */
  readonly types: readonly StoredType[];
  readonly nodes: ReadonlyMap<number, StateNode>;
}

/** @throws Error when the bytes are none that were written here */
export function storedState(image: Uint8Array, changes: Iterable<Uint8Array>): StoredState {
  const reader = new StateReader();
  reader.read(image);
  for (const each of changes) reader.read(each);
  return reader.state;
}

/** Reads an image and changes one after the other; `state` is of what was read so far, and grows with it. */
export class StateReader {
  readonly #nodes = new Map<number, StateNode>();
  readonly #types: StoredType[] = [];
  #root: number | undefined;
  #in = new StateBytesReader(new Uint8Array(0));

  get state(): StoredState {
    if (this.#root === undefined) throw new Error("a state without a root");
    return { root: this.#root, types: this.#types, nodes: this.#nodes };
  }

  read(bytes: Uint8Array): void {
    this.#in = new StateBytesReader(bytes);
    while (!this.#in.isAtEnd) this.#entry();
  }

  #entry(): void {
    const entry = this.#byte();
    const id = this.#number();
    switch (entry) {
      case entries.type:
        this.#types[id] = this.#type();
        break;
      case entries.object:
        this.#nodes.set(id, {
          kind: "object",
          type: this.#typeOf(this.#number()),
          fields: this.#fieldsInto([]),
        });
        break;
      case entries.fields:
        this.#changeFields(id, this.#typeOf(this.#number()));
        break;
      case entries.map: {
        const node = { kind: "map" as const, next: this.#number(), keys: new StoredKeys<WrittenValue>() };
        this.#nodes.set(id, node);
        this.#keysOf(node);
        node.keys.whole();
        break;
      }
      case entries.keys:
        this.#keysOf(this.#nodeOf(id, "map"));
        break;
      case entries.array:
        this.#nodes.set(id, { kind: "array", items: this.#list(this.#readValue) });
        break;
      case entries.places:
        this.#places(this.#nodeOf(id, "array"));
        break;
      case entries.set:
      case entries.collection: {
        const kind = entry === entries.set ? "set" : "collection";
        this.#nodes.set(id, { kind, next: this.#number(), items: this.#items() });
        break;
      }
      case entries.root:
        this.#root = id;
        break;
      default:
        throw new Error(`an entry of a state has the unknown kind ${entry}`);
    }
  }

  #type(): StoredType {
    const [name, namesakesBefore] = [this.#text(), this.#number()];
    return { name, namesakesBefore, fields: this.#list(() => this.#text()) };
  }

  #typeOf(number: number): StoredType {
    const type = this.#types[number];
    if (type === undefined) throw new Error(`a state names the unknown class ${number}`);
    return type;
  }

  #nodeOf<Kind extends StateNode["kind"]>(id: number, kind: Kind): Extract<StateNode, { kind: Kind }> {
    const node = this.#nodes.get(id);
    if (node?.kind !== kind) throw new Error(`a change of a state is of ${id}, which is no ${kind} there`);
    return node as Extract<StateNode, { kind: Kind }>;
  }

  #changeFields(id: number, type: StoredType): void {
    const known = this.#nodes.get(id);
    const node: StateNode = known?.kind === "object" ? known : { kind: "object", type, fields: [] };
    if (node !== known) this.#nodes.set(id, node);
    this.#fieldsInto(node.fields);
  }

  #fieldsInto(fields: WrittenValue[]): WrittenValue[] {
    for (let left = this.#number(); left > 0; left--) fields[this.#number()] = this.#value();
    return fields;
  }

  #items(): Map<number, WrittenValue> {
    return new Map(this.#list(() => [this.#number(), this.#value()] as const));
  }

  #keysOf(node: Extract<StateNode, { kind: "map" }>): void {
    for (let left = this.#number(); left > 0; left--) {
      const index = this.#number();
      node.keys.set(index, this.#text(), this.#value());
      node.next = Math.max(node.next, index + 1);
    }
  }

  #places(node: Extract<StateNode, { kind: "array" }>): void {
    node.items.length = Math.min(node.items.length, this.#number());
    for (let left = this.#number(); left > 0; left--) node.items[this.#number()] = this.#value();
  }

  #list<Item>(read: () => Item): Item[] {
    const items: Item[] = [];
    for (let left = this.#number(); left > 0; left--) items.push(read());
    return items;
  }

  readonly #readValue = (): WrittenValue => this.#value();

  #value(): WrittenValue {
    const kind = this.#byte();
    switch (kind) {
      case values.gone:
        return undefined;
      case values.null:
        return null;
      case values.true:
        return true;
      case values.false:
        return false;
      case values.integer:
        return this.#number();
      case values.float:
        return this.#in.float();
      case values.text:
        return this.#text();
      case values.bigint:
        return BigInt(this.#text());
      case values.object:
        return new Reference(this.#number());
      default:
        throw new Error(`a value of a state has the unknown kind ${kind}`);
    }
  }

  #byte(): number {
    return this.#in.byte();
  }

  #number(): number {
    return this.#in.count();
  }

  #text(): string {
    return this.#in.text();
  }
}
