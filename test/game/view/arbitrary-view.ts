/** Any declaration of a View, with arbitrary things that its `see` may return. Keys and texts include the odd ones. */
import fc from "fast-check";
import { lines, list, map, optional } from "../../../shared/game/view/composed.ts";
import type { Declared, ViewFields } from "../../../shared/game/view/kind.ts";
import {
  bool,
  f32,
  f64,
  fixed,
  grid,
  i8,
  i16,
  i32,
  oneOf,
  text,
  u8,
  u16,
  u32,
  whole,
} from "../../../shared/game/view/scalars.ts";

interface AnyField {
  readonly declared: Declared;
  readonly seen: fc.Arbitrary<unknown>;
}

interface AnyView {
  readonly fields: ViewFields;
  readonly seen: fc.Arbitrary<unknown>;
}

const number = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.double());
const fewNumbers = fc.integer({ min: 0, max: 2 });
const anyText = fc.oneof(fc.constantFrom("", "a", "b"), fc.string({ unit: "binary", maxLength: 4 }));
const anyKey = fc.oneof(
  fc.constantFrom("a", "b", "c", "d", "0", "1"),
  fc.constantFrom("constructor", "toString", "~", "~a", "", "length"),
);

const scalars: readonly AnyField[] = [
  ...[u8, u16, u32, i8, i16, i32, whole(-3, 200)].map((declared) => ({ declared, seen: number })),
  { declared: u8, seen: fewNumbers },
  { declared: f32, seen: number },
  { declared: f64, seen: number },
  { declared: fixed({ min: -1, max: 1, bits: 8 }), seen: fc.double() },
  { declared: fixed({ min: 0, max: 360, wrap: true }), seen: number },
  { declared: grid(1 / 16), seen: number },
  { declared: grid(0.5, { min: -64, bits: 8 }), seen: number },
  { declared: bool, seen: fc.boolean() },
  { declared: text, seen: anyText },
  { declared: oneOf("waiting", "playing"), seen: fc.constantFrom("waiting", "playing") },
];

const anyScalar = fc.constantFrom(...scalars);

function anyField(depth: number): fc.Arbitrary<AnyField> {
  if (depth === 0) return anyScalar;
  const inner = anyField(depth - 1);
  return fc.oneof(
    anyScalar,
    anyFields(depth - 1).map(({ fields, seen }) => ({ declared: fields, seen })),
    inner.map(({ declared, seen }) => ({ declared: list(declared), seen: fc.array(seen, { maxLength: 4 }) })),
    inner.map(({ declared, seen }) => ({
      declared: map(declared),
      seen: fc.dictionary(anyKey, seen, { maxKeys: 4, noNullPrototype: true }),
    })),
    keyed(depth),
    inner.map(({ declared, seen }) => ({
      declared: isOptional(declared) ? declared : optional(declared),
      seen: fc.option(seen, { nil: fc.sample(fc.constantFrom(null, undefined), 1)[0] as null }),
    })),
    fc.constant(someLines),
  );
}

/** A list in the World, a map for clients. */
function keyed(depth: number): fc.Arbitrary<AnyField> {
  return anyFields(depth - 1).map(({ fields, seen }) => ({
    declared: map(fields, { by: "key" }) as Declared,
    seen: fc.uniqueArray(
      fc.tuple(fc.oneof(fc.nat(5), anyKey), seen).map(([key, item]) => ({ ...(item as object), key })),
      { maxLength: 5, selector: ({ key }) => String(key) },
    ),
  }));
}

const someLines: AnyField = {
  declared: lines(3, { id: u32, said: text }),
  seen: fc
    .record({ first: fc.integer({ min: 1, max: 6 }), count: fc.nat(5) })
    .map(({ first, count }) =>
      Array.from({ length: count }, (_, n) => ({ id: first + n, said: `line ${first + n}` })),
    ),
};

const isOptional = (declared: Declared) => "optional" in declared;

/** Names of fields are the same in all of them: one View's `a` must not be taken for another's. */
function anyFields(depth: number): fc.Arbitrary<AnyView> {
  return fc.array(anyField(depth), { minLength: 1, maxLength: 4 }).map((fields) => {
    const named = fields.map((field, n) => [`f${n}`, field] as const);
    return {
      fields: Object.fromEntries(named.map(([name, { declared }]) => [name, declared])),
      seen: fc.record(Object.fromEntries(named.map(([name, { seen }]) => [name, seen])), {
        noNullPrototype: true,
      }),
    };
  });
}

/** A declaration, and things seen one after the other. */
export const viewAndHistory = anyFields(3).chain(({ fields, seen }) =>
  fc.record({
    fields: fc.constant(fields),
    first: seen,
    history: fc.array(seen, { minLength: 1, maxLength: 6 }),
  }),
);

/** A declaration with fields that one viewer alone sees, and things seen one after the other, by each of three. */
export const viewWithOwnAndHistory = fc.tuple(anyFields(2), anyFields(2)).chain(([all, own]) =>
  fc.record({
    fields: fc.constant(all.fields),
    ownFields: fc.constant(own.fields),
    history: fc.array(
      fc.record({ all: all.seen, own: fc.record({ 0: own.seen, 1: own.seen, spectator: own.seen }) }),
      { minLength: 2, maxLength: 6 },
    ),
  }),
);
