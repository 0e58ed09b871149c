/**
 * Privates of the schema's `StateView`: what a client may see, of which a durable room keeps a copy. One row and one
 * function each. Only this folder names them. It keeps no state and decides nothing; its callers do.
 */
import { type Schema, type StateView, schema, t } from "@colyseus/schema";
import { refIdOf } from "./branch-internals.ts";
import type { InstalledParts, PrivateRow } from "./private-row.ts";
import { type StateTree, treeOf } from "./tree-internals.ts";

/** Every one takes the tree of the object first. */
const changing = [
  ...["markVisible", "unmarkVisible", "_setSubscribed", "_clearSubscribed"],
  ...["addTag", "removeTag", "removeAllTagsOnTree"],
] as const;

interface ViewInternals {
  _bindRoot(root: object): void;
  isVisible(tree: StateTree): boolean;
  isSubscribed(tree: StateTree): boolean;
  hasTagOnTree(tree: StateTree, tag: number): boolean;
  markVisible(tree: StateTree): void;
  _setSubscribed(tree: StateTree): void;
  addTag(tree: StateTree, tag: number): void;
}

const inside = (view: StateView) => view as unknown as ViewInternals;

/** What a view knows of one object. */
export interface SeenObject {
  readonly visible: boolean;
  readonly subscribed: boolean;
  readonly tags: readonly number[];
}

/** Calls `changed` with the tree of every object of which the view learns or forgets something. */
export function followView(view: StateView, changed: (tree: StateTree) => void): void {
  const methods = view as unknown as Record<string, (tree: StateTree, ...more: unknown[]) => unknown>;
  for (const name of changing) {
    const method = methods[name]!;
    Object.defineProperty(view, name, {
      configurable: true,
      value: (tree: StateTree, ...more: unknown[]) => {
        changed(tree);
        return method.call(view, tree, ...more);
      },
    });
  }
}

export function seenIn(view: StateView, tree: StateTree): SeenObject {
  const tags = [...(tree.tagViews?.keys() ?? [])];
  return {
    visible: inside(view).isVisible(tree),
    subscribed: inside(view).isSubscribed(tree),
    tags: tags.filter((tag) => inside(view).hasTagOnTree(tree, tag)),
  };
}

/** Nothing is sent for it: who returns to the view gets the full state. */
export function seeAgain(view: StateView, tree: StateTree, { visible, subscribed, tags }: SeenObject): void {
  inside(view)._bindRoot((tree as unknown as { root: object }).root);
  if (visible) inside(view).markVisible(tree);
  if (subscribed) inside(view)._setSubscribed(tree);
  for (const tag of tags) inside(view).addTag(tree, tag);
}

const StateForACheck = schema({ hand: t.array("number").view() }, "ViewedForACheck");

function viewed({ Encoder }: Pick<InstalledParts, "Encoder">) {
  const state = new StateForACheck() as unknown as Schema & { hand: unknown };
  Object.assign(state, { hand: [1] });
  const encoder = new Encoder(state);
  encoder.discardChanges();
  return { encoder, list: state.hand as never };
}

export const stateViewRows: readonly PrivateRow[] = [
  {
    name: "StateView#markVisible and its like",
    of: "@colyseus/schema",
    why: "what a client may see is written down when it changes",
    holds: (installed) => {
      const { list } = viewed(installed);
      const view = new installed.StateView();
      if (changing.some((name) => typeof view[name as never] !== "function")) return false;
      const changed: number[] = [];
      followView(view, ({ ref }) => {
        changed.push(refIdOf(ref));
      });
      view.add(list);
      return changed.includes(refIdOf(list));
    },
  },
  {
    name: "StateView#_bindRoot, #isVisible",
    of: "@colyseus/schema",
    why: "a client that returns sees what it saw",
    holds: (installed) => {
      const { encoder, list } = viewed(installed);
      const view = new installed.StateView();
      seeAgain(view, treeOf(list), { visible: true, subscribed: false, tags: [2] });
      const seen = seenIn(view, treeOf(list));
      const offset = encoder.encodeAll().length;
      const shown = encoder.encodeAllView(view, offset, { offset });
      return seen.visible && !seen.subscribed && String(seen.tags) === "2" && shown.length > offset;
    },
  },
];
