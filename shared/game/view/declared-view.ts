/**
 * A View that is declared once: from its fields follow the schema that goes over the wire, what brings one up to what
 * `see` returns with the fewest changes, what reads a decoded one, and the plain value. It decides nothing about what
 * may be seen: that is the game's `see`.
 */
import type { Schema } from "@colyseus/schema";
import type { GameView } from "../game.ts";
import { recordPlan } from "./field-plan.ts";
import type { CheckedFields, ReadOf, SeenFields, StateOf, ViewFields } from "./kind.ts";
import { RecordWriter } from "./record-plan.ts";
import { fieldsOfParts, type ViewerParts } from "./viewer-parts.ts";

export interface DeclaredView<World, F> extends GameView<World, StateOf<F> & Schema> {
  /** The class of the whole View, which a decoder begins with if it learns nothing from the server. */
  readonly Class: new () => StateOf<F> & Schema;
  read(view: Partial<StateOf<F>> | undefined): ReadOf<F>;
  of(world: World): ReadOf<F>;
}

/**
 * @param name of the game, for messages
 * @throws TypeError when it cannot be declared like this, with the field
 */
export function declaredView<World, F>(
  name: string,
  fields: F & CheckedFields<F>,
  see: (world: World) => SeenFields<F>,
  parts: ViewerParts<World> = {},
): DeclaredView<World, F> {
  const ofParts = fieldsOfParts(name, fields as ViewFields, parts);
  const plan = recordPlan(`${name}: `, { ...(fields as ViewFields), ...ofParts });
  const withoutParts = (value: unknown) => without(Object.keys(ofParts), value) as ReadOf<F>;
  const writers = new WeakMap<Schema, RecordWriter>();
  return {
    Class: plan.Class as never,
    create() {
      const writer = new RecordWriter(plan);
      writers.set(writer.instance, writer);
      return writer.instance as never;
    },
    write(view, world) {
      const writer = writers.get(view);
      if (writer === undefined)
        throw new TypeError(`${name}: only a View that its \`create\` made can be written`);
      writer.write(see(world));
    },
    read: (view) => withoutParts(plan.read(view)),
    of: (world) => withoutParts(plan.held(see(world))),
    ...(parts.own !== undefined && { own: parts.own }),
    ...(parts.sight !== undefined && { sight: parts.sight }),
  };
}

function without(names: readonly string[], value: unknown): unknown {
  for (const name of names) delete (value as Record<string, unknown>)[name];
  return value;
}

/** Only what reads a decoded View, for a client that needs nothing else of the game. */
export function viewReader<F>(
  name: string,
  fields: F & CheckedFields<F>,
): (view: Partial<StateOf<F>> | undefined) => ReadOf<F> {
  const plan = recordPlan(`${name}: `, fields as ViewFields);
  return (view) => plan.read(view) as ReadOf<F>;
}
