/**
 * What the clients of a durable room may see: the `StateView` of each, as a list of objects by their ids, of which only
 * the changes are written down. It decides nothing about who sees what.
 */
import type { Client } from "@colyseus/core";
import { type Encoder, StateView } from "@colyseus/schema";
import { refIdOf } from "../colyseus-internals/branch-internals.ts";
import { followView, seeAgain, seenIn } from "../colyseus-internals/state-view-internals.ts";
import { allTrees, hasTree, type StateTree, treeById, treeOf } from "../colyseus-internals/tree-internals.ts";

/** An object of which a view knows something: visible, subscribed, its tags. All false: it is forgotten. */
type SeenById = readonly [id: number, visible: boolean, subscribed: boolean, tags: readonly number[]];

export interface ViewChange {
  /** A view that is new: what was known of the client's view before is void. */
  readonly anew?: true;
  readonly iterable: boolean;
  /** The list that an iterable view keeps. */
  readonly items?: readonly number[];
  readonly seen: readonly SeenById[];
}

/** A client's view as it is kept; undefined: it has none. */
export interface KeptView {
  readonly iterable: boolean;
  readonly items?: readonly number[];
  readonly seen: readonly SeenById[];
}

export function withChange(kept: KeptView | undefined, change: ViewChange): KeptView {
  const seen = new Map((change.anew ? [] : (kept?.seen ?? [])).map((each) => [each[0], each]));
  for (const each of change.seen) {
    const [id, visible, subscribed, tags] = each;
    if (visible || subscribed || tags.length > 0) seen.set(id, each);
    else seen.delete(id);
  }
  const { iterable, items } = change;
  return { iterable, ...(items !== undefined && { items }), seen: [...seen.values()] };
}

interface FollowedView {
  readonly view: StateView;
  readonly changed: Set<StateTree>;
  isNew: boolean;
}

export class SeenViews {
  readonly #encoder: () => Encoder;
  /** By session id. */
  readonly #followed = new Map<string, FollowedView>();

  constructor(encoder: () => Encoder) {
    this.#encoder = encoder;
  }

  /** What changed since the last call, null for a view that was taken away; undefined: nothing. */
  changes(
    clients: Iterable<Pick<Client, "sessionId" | "view">>,
  ): Record<string, ViewChange | null> | undefined {
    let changes: Record<string, ViewChange | null> | undefined;
    for (const { sessionId, view } of clients) {
      if (view === undefined) {
        if (this.#followed.size > 0 && this.#followed.delete(sessionId))
          changes = { ...changes, [sessionId]: null };
        continue;
      }
      const followed = this.#follow(sessionId, view);
      if (!followed.isNew && followed.changed.size === 0) continue;
      changes ??= {};
      changes[sessionId] = this.#changeOf(followed);
    }
    return changes;
  }

  /** Everything is to be written down anew, as for an image: objects that are gone are left out. */
  forget(): void {
    for (const followed of this.#followed.values()) followed.isNew = true;
  }

  gone(sessionId: string): void {
    this.#followed.delete(sessionId);
  }

  /** A view as it was, over the state as it is. */
  viewOf(sessionId: string, { iterable, items, seen }: KeptView): StateView {
    const view = new StateView(iterable);
    const encoder = this.#encoder();
    for (const [id, visible, subscribed, tags] of seen) {
      const tree = treeById(encoder, id);
      if (tree !== undefined) seeAgain(view, tree, { visible, subscribed, tags });
    }
    if (items !== undefined) view.items = items.flatMap((id) => (treeById(encoder, id)?.ref as never) ?? []);
    this.#follow(sessionId, view).isNew = false;
    return view;
  }

  #follow(sessionId: string, view: StateView): FollowedView {
    const known = this.#followed.get(sessionId);
    if (known?.view === view) return known;
    const followed: FollowedView = { view, changed: new Set(), isNew: true };
    followView(view, (tree) => followed.changed.add(tree));
    this.#followed.set(sessionId, followed);
    return followed;
  }

  #changeOf(followed: FollowedView): ViewChange {
    const { view, changed, isNew } = followed;
    const trees = isNew ? Object.values(allTrees(this.#encoder())) : [...changed];
    followed.isNew = false;
    followed.changed.clear();
    const seen = trees
      .map((tree): SeenById => {
        const { visible, subscribed, tags } = seenIn(view, tree);
        return [refIdOf(tree.ref), visible, subscribed, tags];
      })
      .filter(([, visible, subscribed, tags]) => !isNew || visible || subscribed || tags.length > 0);
    const { iterable } = view;
    const items = iterable ? view.items.flatMap(idOf) : undefined;
    return { iterable, ...(isNew && { anew: true as const }), ...(items && { items }), seen };
  }
}

/** A room may put anything into the list of a view; what has no id is in no state. */
function idOf(item: object): number | readonly [] {
  return hasTree(item) ? ((refIdOf(treeOf(item).ref) as number | undefined) ?? []) : [];
}
