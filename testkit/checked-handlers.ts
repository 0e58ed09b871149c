/**
 * Handlers whose answers are looked at, while a game is developed: what JSON changes on its way into the record is named. The
 * answer goes on as it is.
 */
import type { AnyGame } from "../shared/game/game.ts";
import type { AskHandler, Handlers, HandlersByGame } from "../shared/game/handlers.ts";
import { lostIn } from "./payload-check.ts";

/** @param onProblem is told what is wrong, in words */
export function checkedHandlers(
  games: readonly AnyGame[],
  handlers: HandlersByGame,
  onProblem: (problem: string) => void,
): HandlersByGame {
  const checked = (game: AnyGame, name: string, handler: AskHandler): AskHandler => {
    return async (call) => {
      const answer = await handler(call);
      const parsed = game.asks?.[name]?.answer.safeParse(answer);
      const fault = parsed?.success === true ? lostIn(parsed.data, "answer") : undefined;
      if (fault !== undefined)
        onProblem(`${game.name}: the answer to the ask "${name}" does not arrive as it is given: ${fault}`);
      return answer;
    };
  };
  const ofGame = (game: AnyGame): Handlers =>
    Object.fromEntries(
      Object.entries(handlers[game.name] ?? {}).map(([name, handler]) => [
        name,
        checked(game, name, handler),
      ]),
    );
  return Object.fromEntries(games.map((game) => [game.name, ofGame(game)]));
}
