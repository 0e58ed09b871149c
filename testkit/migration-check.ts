/** A World of an older version, kept in a file since then (a golden World), brought forward as a running match is. */
import { hashPlain } from "../shared/game/deterministic/hash.ts";
import type { AnyGame } from "../shared/game/game.ts";
import type { WorldOf } from "./play.ts";
import { ViewCheck } from "./view-check.ts";

/**
 * @param old as `JSON.parse` gives it; it stays as it is
 * @returns the World in the game's version. @throws Error when it cannot be brought forward, is not plain data then, or
 * has a View that is not as `of` says
 */
export function migrated<G extends AnyGame>(game: G, old: unknown, fromVersion: number): WorldOf<G> {
  if (game.migrate === undefined) throw new Error(`${game.name} has no \`migrate\``);
  const world = game.migrate(structuredClone(old), fromVersion);
  const again = game.migrate(structuredClone(old), fromVersion);
  if (hashPlain(world) !== hashPlain(again))
    throw new Error(`${game.name}: \`migrate\` made two Worlds of one, from version ${fromVersion}`);
  const problem = new ViewCheck(game).problem(world);
  if (problem !== undefined)
    throw new Error(`${game.name}, migrated from version ${fromVersion}: ${problem}`);
  return world as WorldOf<G>;
}
