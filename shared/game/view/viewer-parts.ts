/**
 * The parts of a declared View that differ between viewers, from their fields: what only one viewer sees, at `own` of the
 * state, and the things of which each sees some, at `inSight`. The root of the View has those two fields, and neither
 * writes nor reads them. It decides nothing about who sees what: that is the game's `see` and `sees`.
 */
import { type Schema, t } from "@colyseus/schema";
import type { OwnView, Plain, SightView, Viewer } from "../game.ts";
import { recordPlan } from "./field-plan.ts";
import { type CheckedFields, kindOf, type SeenFields, type ViewFields } from "./kind.ts";
import { type RecordPlan, RecordWriter } from "./record-plan.ts";

/** Names of the fields in the root. */
export const ownField = "own";
export const sightField = "inSight";

/** What only one viewer sees. */
export interface OwnDefinition<World, Own> {
  readonly fields: Own & CheckedFields<Own>;
  /** Everything that `viewer` alone is shown. Spectators all see the same. */
  see(world: World, viewer: Viewer): SeenFields<Own>;
}

/** Things of which each viewer sees some. */
export interface SightDefinition<World, Thing, Prepared = unknown> {
  /** What is shown of one thing. */
  readonly fields: Thing & CheckedFields<Thing>;
  /** Everything that is shown of the thing with this id, to each viewer that sees it. */
  see(world: World, id: string): SeenFields<Thing>;
  /** Whether a thing never changes while its id is there: known ones are not looked at again. */
  constant?(id: string): boolean;
  /** What `sees` needs to be fast, made once for all viewers. */
  prepare?(world: World): Prepared;
  /** Ids of all that `viewer` sees, each once. */
  sees(world: World, viewer: Viewer, prepared: Prepared): Iterable<string>;
}

interface WithClass {
  readonly Class: new () => Schema;
}

export type DeclaredOwn<World> = OwnView<World> & WithClass;
export type DeclaredSight<World> = SightView<World> & WithClass;

export interface ViewerParts<World> {
  readonly own?: DeclaredOwn<World>;
  readonly sight?: DeclaredSight<World>;
}

/** @throws TypeError when it cannot be declared like this, with game and field */
export function declaredOwn<World, Own>(
  name: string,
  { fields, see }: OwnDefinition<World, Own>,
): DeclaredOwn<World> {
  const plan = recordPlan(`${name}: own.`, fields as ViewFields);
  const { create, write } = writing(plan);
  return {
    ...{ Class: plan.Class, field: ownField, create },
    write: (own, world, viewer) => write(own, see(world, viewer)),
    read: (own) => plan.read(own) as Plain,
    of: (world, viewer) => plan.held(see(world, viewer)) as Plain,
  };
}

/** @throws TypeError when it cannot be declared like this, with game and field */
export function declaredSight<World, Thing, Prepared>(
  name: string,
  { fields, see, constant, prepare, sees }: SightDefinition<World, Thing, Prepared>,
): DeclaredSight<World> {
  const plan = recordPlan(`${name}: inSight[].`, fields as ViewFields);
  const { create, write } = writing(plan);
  return {
    ...{ Class: plan.Class, field: sightField, create },
    ...(constant !== undefined && { constant }),
    ...(prepare !== undefined && { prepare }),
    sees: (world, viewer, prepared) => sees(world, viewer, prepared as Prepared),
    write: (thing, world, id) => write(thing, see(world, id)),
    read: (thing) => plan.read(thing) as Plain,
    of: (world, id) => plan.held(see(world, id)) as Plain,
  };
}

/** The two fields of the root. @throws TypeError when the game has a field of such a name */
export function fieldsOfParts(
  name: string,
  fields: ViewFields,
  { own, sight }: ViewerParts<never>,
): ViewFields {
  const parts: ViewFields = {
    ...(own !== undefined && { [ownField]: elsewhere(() => t.ref(own.Class as never)) }),
    ...(sight !== undefined && { [sightField]: elsewhere(() => t.map(sight.Class as never)) }),
  };
  for (const taken of Object.keys(parts))
    if (taken in fields) throw new TypeError(`${name}: \`${taken}\` of the View has its own declaration`);
  return parts;
}

/** Written, read and compared apart from the root. */
function elsewhere(type: () => unknown) {
  return kindOf<undefined, null>({
    is: "hand-written",
    part: { type: type as never, write: () => {}, read: () => null, of: () => null },
  });
}

function writing(plan: RecordPlan) {
  const writers = new WeakMap<Schema, RecordWriter>();
  return {
    create() {
      const writer = new RecordWriter(plan);
      writers.set(writer.instance, writer);
      return writer.instance;
    },
    write(instance: Schema, seen: unknown) {
      writers.get(instance)!.write(seen);
    },
  };
}
