/**
 * Privates of the schema by which an object of a View gets back the reference id that it had in another process. Only this
 * folder names them. It keeps no state and decides nothing; lasting-refs.ts does.
 */
import { $refId, ArraySchema, type Encoder, MapSchema, type Schema, schema, t } from "@colyseus/schema";
import { changeTreeOf, idsOf, type Root, refIdOf } from "./branch-internals.ts";
import type { PrivateRow } from "./private-row.ts";

interface CountedRoot {
  readonly changeTrees: Record<number, unknown>;
  readonly refCount: Record<number, number>;
}

const countedIn = (encoder: Encoder): CountedRoot =>
  (encoder as unknown as { root: Root }).root as unknown as CountedRoot;

/** Gives an object of the encoder's tree another id, before anybody was sent the old one. No other object may have it. */
export function renumber(encoder: Encoder, instance: object, id: number): void {
  const { changeTrees, refCount } = countedIn(encoder);
  const old = refIdOf(instance);
  if (old === id) return;
  Object.defineProperty(instance, $refId, {
    value: id,
    enumerable: false,
    writable: true,
    configurable: true,
  });
  changeTrees[id] = changeTrees[old];
  refCount[id] = refCount[old]!;
  delete changeTrees[old];
  delete refCount[old];
}

/** Calls `visit` for every object that hangs in a tree of the schema, with the way to it: fields by number, entries by key. */
export function eachObject(root: Schema, visit: (path: string, instance: object) => void): void {
  const walk = (path: string, instance: object): void => {
    visit(path, instance);
    const into = (at: string | number, child: unknown) => {
      if (typeof child === "object" && child !== null) walk(`${path}/${escaped(at)}`, child);
    };
    if (instance instanceof MapSchema) for (const [key, child] of instance.entries()) into(key, child);
    else if (instance instanceof ArraySchema)
      for (let at = 0; at < instance.length; at++) into(at, instance[at]);
    else
      (changeTreeOf(instance) as unknown as FieldTree).forEachChild((child, field) => into(field, child.ref));
  };
  walk("", root);
}

interface FieldTree {
  forEachChild(visit: (child: { readonly ref: object }, field: number) => void): void;
}

/** So that no two ways are the same text. */
const escaped = (at: string | number) => String(at).replaceAll("~", "~0").replaceAll("/", "~1");

const Leaf = schema({ n: t.uint8() }, "LeafForACheck");
const Tree = schema({ map: t.map(Leaf), list: t.array(Leaf) }, "TreeForACheck");

export const refRows: readonly PrivateRow[] = [
  {
    name: "Encoder#root.changeTrees, .refCount",
    of: "@colyseus/schema",
    why: "what outlives a restore keeps its reference ids, and with them the objects of clients",
    holds: ({ Encoder: From }) => {
      const tree = new Tree() as unknown as Schema & { map: MapSchema<Schema>; list: ArraySchema<Schema> };
      const encoder = new From(tree);
      tree.map.set("a/b", new Leaf() as unknown as Schema);
      tree.list.push(new Leaf() as unknown as Schema);
      const entry = tree.map.get("a/b")!;
      const old = refIdOf(entry);
      renumber(encoder, entry, 77);
      const { changeTrees, refCount } = countedIn(encoder);
      const paths: string[] = [];
      eachObject(tree, (path) => paths.push(path));
      const isMoved = changeTrees[77] !== undefined && refCount[77] === 1 && changeTrees[old] === undefined;
      return isMoved && idsOf(tree).includes(77) && String(paths.sort()) === ",/0,/0/a~1b,/1,/1/0";
    },
  },
];
