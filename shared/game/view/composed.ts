/**
 * Fields that are made of others: lists, maps, what may be missing, the newest lines of something, and what a game
 * writes by hand. They are only declared here.
 */
import type { ArraySchema, MapSchema } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import {
  type AnyKind,
  type Declared,
  type ElementOf,
  type FieldKind,
  type HandWritten,
  kindOf,
  type OptionalKind,
  type ReadOf,
  type SeenOf,
  type StateOf,
  shape,
  type ViewFields,
  type Wrapped,
} from "./kind.ts";

type ListState<D> = ArraySchema<ElementOf<D>>;
type MapState<D> = MapSchema<ElementOf<D>>;

/**
 * Things in an order. An item is told from others by its place: taking one from the front changes all behind
 * it. Where that is much, a map `by` a key or `lines` costs less.
 */
export function list<D extends Declared>(
  of: D,
): FieldKind<readonly SeenOf<D>[], ReadOf<D>[], ListState<D>, Wrapped<ListState<D>>> {
  return kindOf({ is: "list", of });
}

/** What `see` may give for a map: an object or a Map. The keys of a read one are texts, whatever they were. */
type SeenMap<D> = { readonly [key: string]: SeenOf<D> } | ReadonlyMap<string | number, SeenOf<D>>;
type ReadMap<D> = { [key: string]: ReadOf<D> };

interface MapOptions {
  /** An entry never changes while its key is there: known ones are not looked at again. */
  readonly constant?: boolean;
}

/** Things by a key. Their order is no content. */
export function map<D extends Declared>(
  of: D,
  options?: MapOptions,
): FieldKind<SeenMap<D>, ReadMap<D>, MapState<D>, Wrapped<MapState<D>>>;
/** With `by`, `see` gives a list, such as one of the World, and that property of the items is the key. */
export function map<D extends Declared, By extends string>(
  of: D,
  options: MapOptions & { readonly by: By },
): FieldKind<
  readonly (SeenOf<D> & { readonly [K in By]: string | number })[],
  ReadMap<D>,
  MapState<D>,
  Wrapped<MapState<D>>
>;
export function map(
  of: Declared,
  { by, constant = false }: MapOptions & { readonly by?: string } = {},
): AnyKind {
  return kindOf({ is: "map", of, by, constant });
}

/** What may be missing: then `see` gives null or undefined, and a client reads null. `has…` beside it says so in the state. */
export function optional<D extends Declared>(
  of: D,
): OptionalKind<SeenOf<D> | null | undefined, ReadOf<D> | null, StateOf<D>> {
  return { [shape]: { is: "optional", of }, optional: true };
}

/**
 * The newest `max` lines of something that grows: a chat, what happened lately. `id` of a line counts from 1 without
 * gaps, and a line never changes, so a new one costs one line on the wire, whatever `max` is.
 */
export function lines<F extends ViewFields & { readonly id: FieldKind<number, number> }>(
  max: number,
  of: F,
): FieldKind<readonly SeenOf<F>[], ReadOf<F>[], ArraySchema<StateOf<F>>, Wrapped<ArraySchema<StateOf<F>>>> {
  return kindOf({ is: "lines", max, of });
}

/** A field that the game brings up to what `see` gave by itself: where it knows a faster way, or another form. */
export function handWritten<Seen, Read extends Plain, Value>(
  part: HandWritten<Seen, Read, Value>,
): FieldKind<Seen, Read, Value, Wrapped<Value>> {
  return kindOf({ is: "hand-written", part: part as unknown as HandWritten<unknown, Plain, unknown> });
}
