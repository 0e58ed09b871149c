/**
 * What a client's decoded state shows, in plain parts: what everybody sees, what this player alone sees, and what is in
 * their sight. A state that is still half empty has empty parts.
 */
import type { AnyGame, Plain } from "../../../shared/game/game.ts";

export interface SeenParts {
  readonly view: Plain;
  /** null: the game has none. */
  readonly own: Plain;
  readonly inSight: { readonly [id: string]: Plain };
}

export function seenIn({ view }: Pick<AnyGame, "view">, state: object): SeenParts {
  const { own, sight } = view;
  const part = (name: string): unknown => (state as Record<string, unknown>)[name];
  const things = sight === undefined ? [] : [...((part(sight.field) ?? []) as Iterable<[string, never]>)];
  return {
    view: view.read(state as never),
    own: own === undefined ? null : own.read(part(own.field) as never),
    inSight: Object.fromEntries(things.map(([id, thing]) => [id, sight!.read(thing)])),
  };
}
