/** A stored state whose classes have changed since: it is built by names, and the journal begins anew with what that made. */
import { Encoder, type Schema, schema, t } from "@colyseus/schema";
import { expect, it } from "vitest";
import { refIdOf } from "../../server/room/colyseus-internals/branch-internals.ts";
import { nextIdIn } from "../../server/room/colyseus-internals/tree-internals.ts";
import { builtState } from "../../server/room/durable/state-builder.ts";
import { storedState } from "../../server/room/durable/state-reader.ts";
import { StateWriter } from "../../server/room/durable/state-writer.ts";

type AnyState = Schema & Record<string, unknown>;
type AnyClass = new (given?: object) => AnyState;

const version = (fields: object) => schema(fields as never, "Versioned") as unknown as AnyClass;

const First = version({ a: t.number(), b: t.string(), gone: t.string() });

function stored() {
  const encoder = new Encoder(new First({ a: 1.5, b: "b", gone: "gone" }));
  const nextId = nextIdIn(encoder);
  return { stored: storedState(new StateWriter(encoder).image(), []), nextId };
}

function builtAs(Class: AnyClass) {
  const { stored: image, nextId } = stored();
  return builtState(image, { classes: [Class as never], nextId });
}

it("[P5.22] a class with the same fields has what was stored, and what changes in it may follow that", () => {
  const { root, isSame, nextId } = builtAs(version({ a: t.number(), b: t.string(), gone: t.string() }));
  expect(root.toJSON()).toEqual({ a: 1.5, b: "b", gone: "gone" });
  expect([isSame, nextId, refIdOf(root)]).toEqual([true, 1, 0]);
});

it.each([
  ["a field less", { a: t.number(), b: t.string() }, { a: 1.5, b: "b" }],
  [
    "its fields elsewhere",
    { b: t.string(), gone: t.string(), a: t.number() },
    { a: 1.5, b: "b", gone: "gone" },
  ],
])("[P5.22] a class with %s is built by names, and is written anew", (_, fields, content) => {
  const { root, isSame, nextId } = builtAs(version(fields));
  expect(root.toJSON()).toEqual(content);
  expect([isSame, nextId]).toEqual([false, 1]);
});

it("[P5.22] what the constructor of a class puts into a new field has an id that nobody knows, and is written anew", () => {
  const { root, isSame, nextId } = builtAs(
    version({ a: t.number(), b: t.string(), list: t.array("number") }),
  );
  expect(root.toJSON()).toEqual({ a: 1.5, b: "b", list: [] });
  expect([isSame, nextId, refIdOf((root as AnyState)["list"] as object)]).toEqual([false, 2, 1]);
});

it("[P5.22] values go through what a class has instead of a field of the schema", () => {
  const Plain = version({ a: t.number(), b: t.string(), gone: t.string() });
  class Clamped extends Plain {}
  Object.defineProperty(Clamped, "name", { value: "Versioned" });
  const set: unknown[] = [];
  Object.defineProperty(Clamped.prototype, "a", {
    configurable: true,
    get: () => set.at(-1),
    set: (value) => set.push(value),
  });
  builtAs(Clamped);
  expect(set.at(-1)).toBe(1.5);
});
