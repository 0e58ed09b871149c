/**
 * What a field of a View may be, as data, and which types follow from it: what `see` must return, what a client reads,
 * and what is in the decoded state of a client on the Colyseus SDK. Kinds are made in `scalars.ts` and `composed.ts`;
 * what is done with them is in `declared-view.ts`. Nothing here runs.
 */
import type { FieldBuilder, Schema } from "@colyseus/schema";
import type { Plain } from "../game.ts";

export const shape: unique symbol = Symbol("shape");
declare const types: unique symbol;

/** @typeParam Element what stands for one value in a collection of the decoded state */
export interface FieldKind<Seen, Read extends Plain, State = Read, Element = State> {
  readonly [shape]: Shape;
  /** Never there: it carries the types. */
  readonly [types]?: readonly [Seen, Read, State, Element];
}

/** It has a field of its own beside it that says whether it is there. */
export interface OptionalKind<Seen, Read extends Plain, State> extends FieldKind<Seen, Read, State> {
  readonly optional: true;
}

// biome-ignore lint/suspicious/noExplicitAny: a field of any types
export type AnyKind = FieldKind<any, any, any, any>;

/** A field of a View. An object of fields is one, too. */
export type Declared = AnyKind | ViewFields;
export type ViewFields = { readonly [name: string]: Declared };

export type Scalar = number | string | boolean;

export type Shape = ScalarShape | ListShape | MapShape | OptionalShape | LinesShape | HandWrittenShape;

export interface ScalarShape {
  readonly is: "scalar";
  /** The name of a type of the schema package, or how a number is packed. */
  readonly wire: DirectWire | QuantizedWire;
  /** What a client reads before it has been told. */
  readonly empty: Scalar;
  /** The range of whole numbers. */
  readonly range?: { readonly min: number; readonly max: number };
  /**
   * The value as a client will read it.
   * @throws TypeError naming `where`, when it is no value of this kind at all
   */
  readonly exact: (seen: unknown, where: string) => Scalar;
  /** What the setter of the schema is given. It rounds quantized numbers itself, so these need less than `exact`. */
  readonly toSet: (seen: unknown, where: string) => Scalar;
}

export type DirectWire =
  | "uint8"
  | "uint16"
  | "uint32"
  | "int8"
  | "int16"
  | "int32"
  | "float32"
  | "float64"
  | "boolean"
  | "string";

export interface QuantizedWire {
  readonly min: number;
  readonly max: number;
  readonly bits: 8 | 16 | 32;
  readonly mode: "clamp" | "wrap";
}

export interface ListShape {
  readonly is: "list";
  readonly of: Declared;
}

export interface MapShape {
  readonly is: "map";
  readonly of: Declared;
  /** `see` gives a list, and this property of its items is the key. */
  readonly by: string | undefined;
  /** An entry never changes while its key is there. */
  readonly constant: boolean;
}

export interface OptionalShape {
  readonly is: "optional";
  readonly of: Declared;
}

export interface LinesShape {
  readonly is: "lines";
  readonly max: number;
  readonly of: ViewFields;
}

export interface HandWrittenShape {
  readonly is: "hand-written";
  readonly part: HandWritten<unknown, Plain, unknown>;
}

/** Where a hand-written field keeps its value in the schema. */
export interface Slot<Value> {
  value: Value | undefined;
}

/** A field for which the game does itself what otherwise follows from its kind. */
export interface HandWritten<Seen, Read extends Plain, Value> {
  /** The field of the schema, by the schema package's own `t`. */
  readonly type: () => FieldBuilder<Value, boolean, boolean>;
  /** Brings the slot up to what `see` gave, with the fewest changes. A collection, once made, is never replaced. */
  write(slot: Slot<NonNullable<Value>>, seen: Seen): void;
  /** What a client reads; undefined is given while nothing has been decoded. */
  read(value: NonNullable<Value> | undefined): Read;
  /** The same, straight from what `see` gave. */
  of(seen: Seen): Read;
}

/** What `see` must return for it. */
type AnySeen = Scalar | object | null | undefined;
export type SeenOf<D> =
  D extends FieldKind<infer Seen extends AnySeen, Plain, unknown, unknown> ? Seen : SeenFields<D>;

/** The same of fields. Mapped at once and not behind a condition: so words in what `see` returns stay these words. */
export type SeenFields<F> = { readonly [N in keyof F]: SeenOf<F[N]> };

/**
 * Added to the type of a declaration that is inferred. A constraint would do the same, and TypeScript would then lose
 * which words are meant: the `"left"` that `see` returns would be any text.
 */
export type CheckedFields<F> = F extends ViewFields
  ? unknown
  : "each field is a kind, or an object of fields";

interface MaybeThere {
  readonly optional: true;
}

/** What a client reads of it. */
export type ReadOf<D> =
  D extends FieldKind<unknown, infer Read, unknown, unknown>
    ? Read
    : { -readonly [N in keyof D]: ReadOf<D[N]> };

type Flags<D> = {
  [N in keyof D as D[N] extends MaybeThere ? `has${Capitalize<N & string>}` : never]: boolean;
};

/** What is in the decoded state of a client on the Colyseus SDK. */
export type StateOf<D> =
  D extends FieldKind<unknown, Plain, infer State, unknown>
    ? State
    : Schema & { -readonly [N in keyof D]: StateOf<D[N]> } & Flags<D>;

/** What stands in the state for something that cannot stand in a collection by itself. */
export type Wrapped<State> = Schema & { value: State };

export type ElementOf<D> = D extends FieldKind<unknown, Plain, unknown, infer Element> ? Element : StateOf<D>;

export function isKind(declared: Declared): declared is AnyKind {
  return (declared as Partial<AnyKind>)[shape] !== undefined;
}

export function kindOf<Seen, Read extends Plain, State = Read, Element = State>(
  given: Shape,
): FieldKind<Seen, Read, State, Element> {
  return { [shape]: given };
}
