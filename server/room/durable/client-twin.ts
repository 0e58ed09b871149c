/**
 * What a client has that was there from the beginning: it decodes what all clients are sent and compares it with the room. For
 * development: some changes within one patch leave clients with something else for good, and nobody sees it on the server
 * (docs/known-behaviours.md). It says so once, and then no more. A state with `view()` fields is not compared: no client has all
 * of it. Of sets and collections only the sizes are.
 */
import {
  ArraySchema,
  CollectionSchema,
  type Decoder,
  type Encoder,
  MapSchema,
  Reflection,
  Schema,
  SetSchema,
} from "@colyseus/schema";
import { fieldsOf, type SchemaClass } from "../colyseus-internals/tree-internals.ts";

/** A larger state is not compared: it would slow the room down. */
const valuesMax = 20_000;
const depthMax = 64;

export interface Difference {
  /** The way to it, as code would have it: `players.a.cards[3]`. */
  readonly at: string;
  readonly room: unknown;
  readonly clients: unknown;
}

export class ClientTwin {
  readonly #tell: (difference: Difference) => void;
  #decoder: Decoder | undefined;
  #isDone = false;

  constructor(tell: (difference: Difference) => void) {
    this.#tell = tell;
  }

  /** @param shared what all clients get of the changes, which the encoder's state has; undefined: nobody gets them */
  cut(shared: Uint8Array | undefined, encoder: Encoder): void {
    // The next client begins with the whole state.
    if (shared === undefined) this.#decoder = undefined;
    else this.#sent(shared, encoder);
  }

  #sent(shared: Uint8Array, encoder: Encoder): void {
    if (this.#isDone) return;
    try {
      if (encoder.context.hasFilters) this.#isDone = true;
      else this.#compare(this.#decoded(shared, encoder), encoder);
    } catch (error) {
      this.#isDone = true;
      this.#tell({
        at: "state",
        room: undefined,
        clients: `what cannot be decoded: ${(error as Error).message}`,
      });
    }
  }

  /** @returns the state that clients have now */
  #decoded(shared: Uint8Array, encoder: Encoder): unknown {
    if (this.#decoder !== undefined) this.#decoder.decode(shared);
    else {
      this.#decoder = Reflection.decode(Reflection.encode(encoder));
      this.#decoder.decode(Uint8Array.from(encoder.encodeAll()));
    }
    return this.#decoder.state;
  }

  #compare(clients: unknown, { state }: Encoder): void {
    const comparison = new Comparison();
    const difference = comparison.of(state, clients, "state");
    if (difference !== undefined) this.#tell(difference);
    this.#isDone = difference !== undefined || comparison.values > valuesMax;
  }
}

class Comparison {
  values = 0;

  /** @returns the first that is found, within bounds */
  of(room: unknown, clients: unknown, at: string, depth = 0): Difference | undefined {
    this.values += 1;
    if (this.values > valuesMax || depth > depthMax) return undefined;
    const here = { at, room, clients };
    if (room instanceof ArraySchema || room instanceof MapSchema || room instanceof Schema) {
      if (clients === undefined || clients === null) return isEmpty(room) ? undefined : here;
      for (const [name, mine, theirs] of inside(room, clients)) {
        const found = this.of(mine, theirs, at + name, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (room instanceof SetSchema || room instanceof CollectionSchema)
      return room.size === ((clients as { size?: number } | undefined)?.size ?? 0) ? undefined : here;
    return isSame(room, clients) ? undefined : here;
  }
}

/** What is in a list, a map or an object: the way to it, the room's and the clients'. */
function* inside(room: object, clients: object): Generator<[string, unknown, unknown]> {
  if (room instanceof ArraySchema) {
    const theirs = clients as ArraySchema;
    yield [".length", room.length, theirs.length];
    for (let index = 0; index < room.length; index++) yield [`[${index}]`, room[index], theirs[index]];
  } else if (room instanceof MapSchema) {
    const theirs = clients as MapSchema;
    for (const [key, value] of room.entries()) yield [`.${key}`, value, theirs.get(key)];
    yield [".size", room.size, theirs.size];
  } else {
    const fields = fieldsOf(room.constructor as SchemaClass);
    for (const field of fields) {
      if (field === undefined || field.deprecated === true) continue;
      const { name } = field;
      yield [`.${name}`, (room as Record<string, unknown>)[name], (clients as Record<string, unknown>)[name]];
    }
  }
}

const isEmpty = (room: object): boolean =>
  room instanceof ArraySchema ? room.length === 0 : room instanceof MapSchema && room.size === 0;

/** A number may have been sent in four bytes. A field that was never set is 0, false or empty for clients. */
function isSame(room: unknown, clients: unknown): boolean {
  if (Object.is(room, clients) || room === clients) return true;
  if (typeof room === "number" && typeof clients === "number") return Math.fround(room) === clients;
  return (room ?? nothing(clients)) === (clients ?? nothing(room));
}

const nothing = (other: unknown): unknown => {
  switch (typeof other) {
    case "number":
      return 0;
    case "string":
      return "";
    case "boolean":
      return false;
    default:
      return undefined;
  }
};
