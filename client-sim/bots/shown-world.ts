/**
 * What bots are shown of a World that is in their own process: what clients would decode, without a wire between. It is
 * made anew for each tick, once for what all see and once for each seat. Nothing else of the World is in it.
 */
import type { AnyGame, Plain, Seat } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { SeenParts } from "./any-game/seen.ts";

/** @returns for a seat, what its brain's `next` takes */
export function shownWorld(game: AnyGame, world: object): (seat: Seat) => object {
  const view = game.view.of(world);
  if (game === arena) return () => asDecoded(view);
  const { own, sight } = game.view;
  const prepared = sight?.prepare?.(world);
  // Many see the same things.
  const things = new Map<string, Plain>();
  const thing = (id: string) => {
    const made = things.get(id) ?? sight!.of(world, id);
    things.set(id, made);
    return made;
  };
  return (seat): SeenParts => {
    const ids = sight === undefined ? [] : [...sight.sees(world, seat, prepared)];
    return {
      view,
      own: own === undefined ? null : own.of(world, seat),
      inSight: Object.fromEntries(ids.map((id) => [id, thing(id)])),
    };
  };
}

/** The arena's own brain reads the state of a client, in which the players are a map. */
function asDecoded(view: Plain): object {
  const seen = view as { readonly players: { readonly [seat: string]: Plain } };
  return { ...seen, players: new Map(Object.entries(seen.players)) };
}
