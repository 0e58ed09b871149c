/**
 * How each kind lives as a field of an object of the schema: values and collections as one field, what is optional as
 * two, hand-written ones as the game says. This is where a declaration is walked through, once.
 */
import { type FieldBuilder, type Schema, t } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import {
  type ElementPlan,
  recordElement,
  scalarElement,
  wrappedElement,
  wrappedName,
} from "./element-plan.ts";
import {
  type Declared,
  type HandWrittenShape,
  isKind,
  type OptionalShape,
  type ScalarShape,
  type Slot,
  shape,
  type ViewFields,
} from "./kind.ts";
import { LinesPlan } from "./lines-plan.ts";
import { ListPlan } from "./list-plan.ts";
import { MapPlan } from "./map-plan.ts";
import {
  type ColumnType,
  type FieldPlan,
  type Instance,
  inside,
  RecordPlan,
  RecordWriter,
  type ViewWriter,
} from "./record-plan.ts";

/** @throws TypeError when it cannot be declared like this, with the field */
export function recordPlan(where: string, fields: ViewFields): RecordPlan {
  const plans = Object.entries(fields).map(
    ([name, declared]) => [name, fieldPlan(name, inside(where, name), declared)] as const,
  );
  return new RecordPlan(where, plans);
}

function fieldPlan(name: string, where: string, declared: Declared): FieldPlan {
  if (typeof declared !== "object" || declared === null)
    throw new TypeError(`${where}: ${String(declared)} is no kind of a field`);
  if (!isKind(declared)) return recordField(name, recordPlan(where, declared));
  const given = declared[shape];
  switch (given.is) {
    case "scalar":
      return scalarField(name, where, given);
    case "list":
      return collectionField(name, new ListPlan(where, elementPlan(`${where}[]`, given.of)), []);
    case "map": {
      const plan = new MapPlan(where, elementPlan(`${where}[]`, given.of), given);
      return collectionField(name, plan, plan.none);
    }
    case "lines":
      return collectionField(name, new LinesPlan(where, recordPlan(`${where}[]`, given.of), given.max), []);
    case "optional":
      return optionalField(name, where, given);
    case "hand-written":
      return handWrittenField(name, given);
  }
}

function elementPlan(where: string, of: Declared): ElementPlan {
  if (!isKind(of)) return recordElement(recordPlan(where, of));
  const given = of[shape];
  if (given.is === "scalar" && typeof given.wire === "string") return scalarElement(where, given);
  return wrappedElement(new RecordPlan(where, [[wrappedName, fieldPlan(wrappedName, where, of)]]));
}

function scalarField(name: string, where: string, scalar: ScalarShape): FieldPlan {
  const { wire, exact, empty } = scalar;
  return {
    columns: { [name]: typeof wire === "string" ? t[wire]() : t.quantized(wire) },
    scalar,
    read: (instance) => (instance[name] as Plain | undefined) ?? empty,
    held: (seen) => exact(seen, where),
    none: empty,
  };
}

/** A collection of the schema package, and how it follows what was seen. */
interface CollectionPlan {
  readonly column: ColumnType;
  writer(collection: never): ViewWriter;
  read(collection: unknown): Plain;
  held(seen: unknown): Plain;
}

/** It is made with the object it is in, and never replaced. */
function collectionField(name: string, plan: CollectionPlan, none: unknown): FieldPlan {
  return {
    columns: { [name]: plan.column },
    writer: (instance) => plan.writer(instance[name] as never),
    read: (instance) => plan.read(instance[name]),
    held: (seen) => plan.held(seen),
    none,
  };
}

function recordField(name: string, plan: RecordPlan): FieldPlan {
  return {
    columns: { [name]: plan.Class },
    writer: (instance) => new RecordWriter(plan, instance[name] as Schema),
    read: (instance) => plan.read(instance[name]),
    held: (seen) => plan.held(seen),
    none: plan.none(),
  };
}

function handWrittenField(name: string, { part }: HandWrittenShape): FieldPlan {
  return {
    columns: { [name]: part.type() as FieldBuilder },
    writer: (instance) => {
      const slot = slotOf(instance, name);
      return { write: (seen) => part.write(slot, seen) };
    },
    read: (instance) => part.read(instance[name] as NonNullable<unknown> | undefined),
    held: (seen) => part.of(seen),
    none: undefined,
  };
}

/**
 * A client that was away keeps a field that was cleared meanwhile, so none is ever cleared: a flag beside it says
 * whether it is there. What is not there is empty, so that a client that joins later learns nothing of what was. An object is
 * made when it is there for the first time.
 */
function optionalField(name: string, where: string, { of }: OptionalShape): FieldPlan {
  if (isKind(of) && (of[shape].is === "optional" || of[shape].is === "hand-written"))
    throw new TypeError(`${where}: what is ${of[shape].is} cannot be optional as well`);
  const late = isKind(of) ? undefined : recordPlan(where, of);
  const plan = late === undefined ? fieldPlan(name, where, of) : recordField(name, late);
  late?.certainNone();
  const columns = late === undefined ? plan.columns : { [name]: t.ref(late.Class as never).optional() };
  const flag = `has${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return {
    columns: { ...columns, [flag]: t.boolean() } as FieldPlan["columns"],
    writer: (instance) => {
      const write =
        late === undefined ? writeOf(instance, name, where, plan) : lateWrite(instance, name, late);
      let wasThere: boolean | undefined;
      return {
        write: (seen) => {
          const isThere = seen !== null && seen !== undefined;
          // To ask the schema's setter costs more than everything else here.
          if (isThere !== wasThere) instance[flag] = isThere;
          wasThere = isThere;
          write(isThere ? seen : plan.none, isThere);
        },
      };
    },
    read: (instance) => (instance[flag] === true ? plan.read(instance) : null),
    held: (seen) => (seen === null || seen === undefined ? null : plan.held(seen)),
    none: null,
  };
}

type OptionalWrite = (seen: unknown, isThere: boolean) => void;

function writeOf(
  instance: Instance,
  name: string,
  where: string,
  { scalar, writer }: FieldPlan,
): OptionalWrite {
  if (scalar === undefined) {
    const inner = writer!(instance);
    return (seen) => inner.write(seen);
  }
  let last: unknown;
  return (seen) => {
    if (seen === last) return;
    instance[name] = scalar.exact(seen, where);
    last = seen;
  };
}

function lateWrite(instance: Instance, name: string, plan: RecordPlan): OptionalWrite {
  let made: RecordWriter | undefined;
  return (seen, isThere) => {
    if (made !== undefined || !isThere) {
      made?.write(seen);
      return;
    }
    made = new RecordWriter(plan);
    made.write(seen);
    instance[name] = made.instance;
  };
}

function slotOf(instance: Instance, name: string): Slot<NonNullable<unknown>> {
  return {
    get value() {
      return instance[name] as NonNullable<unknown> | undefined;
    },
    set value(value) {
      instance[name] = value;
    },
  };
}
