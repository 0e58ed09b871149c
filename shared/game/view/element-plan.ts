/**
 * What stands in a list or a map: a value that the schema package can hold there by itself, an object, or anything
 * else in an object around it with one field, `value`, because the package has no lists of lists.
 */
import type { ChildType } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import type { ScalarShape } from "./kind.ts";
import type { Instance, RecordPlan } from "./record-plan.ts";

export const wrappedName = "value";

export interface ElementPlan {
  readonly child: ChildType;
  /** How errors call one of them. */
  readonly where: string;
  /** There is either this, or a record. */
  readonly scalar?: ScalarShape;
  readonly record?: RecordPlan;
  /** What the record is told, for what was seen. */
  readonly toRecord: (seen: unknown) => unknown;
  readonly read: (element: unknown) => Plain;
  readonly held: (seen: unknown) => Plain;
}

export function scalarElement(where: string, scalar: ScalarShape): ElementPlan {
  const { wire, empty, exact } = scalar;
  return {
    ...{ child: wire as ChildType, where, scalar },
    toRecord: (seen) => seen,
    read: (element) => (element as Plain | undefined) ?? empty,
    held: (seen) => exact(seen, where),
  };
}

export function recordElement(record: RecordPlan): ElementPlan {
  return {
    ...{ child: record.Class, where: record.where, record },
    toRecord: (seen) => seen,
    read: (element) => record.read(element),
    held: (seen) => record.held(seen),
  };
}

export function wrappedElement(record: RecordPlan): ElementPlan {
  return {
    ...{ child: record.Class, where: record.where, record },
    toRecord: (seen): Instance => ({ [wrappedName]: seen }),
    read: (element) => record.read(element)[wrappedName]!,
    held: (seen) => record.held({ [wrappedName]: seen })[wrappedName]!,
  };
}
