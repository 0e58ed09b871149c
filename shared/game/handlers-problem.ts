/** What is wrong with the handlers that come with games: every ask has one, and every one an ask. Before the first match. */
import type { AnyGame } from "./game.ts";

/** @returns what is wrong first, with the game's name and the ask, or undefined */
export function handlersProblem(games: readonly AnyGame[], handlers: unknown): string | undefined {
  if (!isObject(handlers)) return "`handlers` is not handlers by the name of their game";
  const strange = Object.keys(handlers).find((name) => !games.some((game) => game.name === name));
  if (strange !== undefined) return `\`handlers\` has some for "${strange}", which is none of the games`;
  for (const { name, asks = {} } of games) {
    const given = Object.hasOwn(handlers, name) ? handlers[name] : {};
    if (!isObject(given))
      return `\`handlers\` for the game "${name}" is not functions by the name of their ask`;
    for (const ask of Object.keys(asks)) {
      if (!Object.hasOwn(given, ask))
        return `the ask "${ask}" of the game "${name}" has no handler: export \`handlers\` beside \`games\``;
      if (typeof given[ask] !== "function")
        return `the handler of "${ask}" of the game "${name}" is not a function`;
    }
    const idle = Object.keys(given).find((ask) => !Object.hasOwn(asks, ask));
    if (idle !== undefined) return `the handler of "${idle}" has no ask in the game "${name}"`;
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
