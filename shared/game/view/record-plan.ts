/**
 * An object of a View: the class of the schema for it, and how one of that class is brought up to what was seen. What
 * depends on the declaration alone is worked out once, when it is declared; a write then only compares. Owns what an
 * object was last told, and refuses names that the schema package uses itself.
 *
 * Invariants that keep every client right: a field always has a value once it was written, and is never cleared, since
 * a client that was away would keep the old one; a child that was made is never replaced.
 */
import { Schema, schema } from "@colyseus/schema";
import type { Plain } from "../game.ts";
import type { Scalar, ScalarShape } from "./kind.ts";
import { refuse } from "./scalars.ts";

/** The schema package numbers the fields of a class with 6 bits, and keeps one number for itself. */
const fieldsMax = 63;

/** An object of a schema class, by the names of its fields. */
export type Instance = Record<string, unknown>;

/** What brings one thing of one View up to what was seen of it. */
export interface ViewWriter {
  write(seen: unknown): void;
}

export type ColumnType = Parameters<typeof schema>[0][string];

/** How a declared field lives in the class of the object that it is a field of. */
export interface FieldPlan {
  /** One field of the schema, or more. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** There is either this, or a writer. */
  readonly scalar?: ScalarShape;
  readonly writer?: (instance: Instance) => ViewWriter;
  /** Reads a decoded object, also a half-filled one. */
  readonly read: (instance: Instance) => Plain;
  /** What a client will read of what was seen. */
  readonly held: (seen: unknown) => Plain;
  /** What `see` would give for nothing at all; undefined when only the game knows. */
  readonly none: unknown;
}

interface ScalarColumn {
  readonly name: string;
  readonly where: string;
  readonly toSet: ScalarShape["toSet"];
  /** The setter of the class, called with the instance. */
  readonly set: (this: Instance, value: Scalar) => void;
}

interface PartColumn {
  readonly name: string;
  readonly writer: (instance: Instance) => ViewWriter;
}

export type NamedPlans = readonly (readonly [name: string, plan: FieldPlan])[];

export class RecordPlan {
  readonly Class: new () => Schema;
  readonly where: string;
  readonly scalars: readonly ScalarColumn[];
  /** The scalars' names and parts in one order, which every write of every object walks through. */
  readonly names: readonly string[];
  readonly parts: readonly PartColumn[];
  readonly #fields: NamedPlans;

  /** @param where what errors call it @throws TypeError when it cannot be declared like this */
  constructor(where: string, fields: NamedPlans) {
    this.where = where;
    this.#fields = fields;
    this.Class = schema(columnsOf(where, fields), where) as unknown as new () => Schema;
    this.scalars = fields.flatMap(([name, { scalar }]) =>
      scalar === undefined
        ? []
        : [{ name, where: inside(where, name), toSet: scalar.toSet, set: setterOf(this.Class, name) }],
    );
    this.names = this.scalars.map(({ name }) => name);
    this.parts = fields.flatMap(([name, { writer }]) => (writer === undefined ? [] : [{ name, writer }]));
  }

  read(instance: unknown): { [name: string]: Plain } {
    const from = (instance ?? nothing) as Instance;
    const read: { [name: string]: Plain } = {};
    for (const [name, plan] of this.#fields) read[name] = plan.read(from);
    return read;
  }

  held(seen: unknown): { [name: string]: Plain } {
    const from = asObject(seen, this.where);
    const held: { [name: string]: Plain } = {};
    for (const [name, plan] of this.#fields) held[name] = plan.held(from[name]);
    return held;
  }

  none(): Instance {
    return Object.fromEntries(this.#fields.map(([name, { none }]) => [name, none]));
  }

  /** The same, where it is needed. @throws TypeError when only the game knows it of some field */
  certainNone(): Instance {
    const none = this.none();
    const unknown = unknownIn(none);
    if (unknown !== undefined)
      throw new TypeError(
        `${inside(this.where, unknown)}: what is hand-written can be neither in \`optional\` nor in \`lines\``,
      );
    return none;
  }
}

const nothing: Instance = {};
const neverWritten = Symbol("never written");

export class RecordWriter implements ViewWriter {
  readonly instance: Schema;
  readonly #plan: RecordPlan;
  /** As `see` gave them, in the order of the plan: what is the same again costs one comparison. */
  readonly #last: unknown[];
  readonly #parts: readonly ViewWriter[];

  constructor(plan: RecordPlan, instance: Schema = new plan.Class()) {
    this.#plan = plan;
    this.instance = instance;
    this.#last = plan.scalars.map(() => neverWritten);
    this.#parts = plan.parts.map(({ writer }) => writer(instance as unknown as Instance));
  }

  write(seen: unknown): void {
    const { names, parts, where } = this.#plan;
    const last = this.#last;
    const from = asObject(seen, where);
    for (let column = 0; column < names.length; column++) {
      const value = from[names[column]!];
      if (value !== last[column]) this.#change(column, value);
    }
    for (let part = 0; part < parts.length; part++) this.#parts[part]!.write(from[parts[part]!.name]);
  }

  #change(column: number, value: unknown): void {
    const { where, toSet, set } = this.#plan.scalars[column]!;
    set.call(this.instance as unknown as Instance, toSet(value, where));
    this.#last[column] = value;
  }
}

function unknownIn(none: Instance): string | undefined {
  for (const [name, value] of Object.entries(none)) {
    if (value === undefined) return name;
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const unknown = unknownIn(value as Instance);
    if (unknown !== undefined) return `${name}.${unknown}`;
  }
  return undefined;
}

/** How errors call a field of what they call `where`: `game: players[].name`. */
export function inside(where: string, name: string): string {
  return where.endsWith(": ") ? `${where}${name}` : `${where}.${name}`;
}

function columnsOf(where: string, fields: NamedPlans): Record<string, ColumnType> {
  const columns: Record<string, ColumnType> = {};
  for (const [name, plan] of fields) {
    for (const [column, type] of Object.entries(plan.columns)) {
      checkName(column, inside(where, name));
      if (Object.hasOwn(columns, column))
        throw new TypeError(`${inside(where, name)}: there is another field "${column}"`);
      columns[column] = type;
    }
  }
  const count = Object.keys(columns).length;
  if (count === 0) throw new TypeError(`${nameOf(where)}: an object of a View needs a field`);
  if (count > fieldsMax) throw new TypeError(`${nameOf(where)} has ${count} fields, at most ${fieldsMax}`);
  return columns;
}

/** `Schema` has them, or every object: assigning to such a field would not reach the schema. */
function checkName(name: string, where: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new TypeError(`${where}: a field is named like a variable`);
  if (name in Schema.prototype) throw new TypeError(`${where}: the schema package uses the name "${name}"`);
}

function setterOf(Class: new () => Schema, name: string): ScalarColumn["set"] {
  const { set } = Object.getOwnPropertyDescriptor(Class.prototype, name) ?? {};
  if (set === undefined) throw new TypeError(`the schema package made no setter for "${name}"`);
  return set;
}

function asObject(seen: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof seen !== "object" || seen === null) return refuse(nameOf(where), seen, "an object");
  return seen as Readonly<Record<string, unknown>>;
}

const nameOf = (where: string): string => where.replace(/: $/, "");
