/**
 * The asks of a match without a server: its pending ones are given to handlers, once each, under the keys that a server
 * would use. What a handler throws is the test's to see; nothing is tried again.
 */
import { type AnswerEvent, keyOf, type PendingAsk } from "../server/match/asks/asks-state.ts";
import { checkedAnswer } from "../server/match/asks/checked-answer.ts";
import type { AnyGame } from "../shared/game/game.ts";
import { type HandlersByGame, nowhere } from "../shared/game/handlers.ts";
import type { Locate } from "../shared/game/locate.ts";
import type { Plain } from "../shared/game/plain.ts";
import { lostIn } from "./payload-check.ts";

/** The id of every match that is played without a server. */
const matchId = "played";

export async function carriedOut(
  game: AnyGame,
  pending: readonly PendingAsk[],
  handlers: HandlersByGame,
  locate: Locate = nowhere,
): Promise<readonly AnswerEvent[]> {
  const answers: AnswerEvent[] = [];
  for (const ask of pending) {
    const handler = handlers[game.name]?.[ask.name];
    if (handler === undefined) throw new Error(`${game.name}: the ask "${ask.name}" has no handler`);
    const { signal } = new AbortController();
    const call = {
      key: keyOf(matchId, ask),
      payload: ask.payload as never,
      matchId,
      attempt: 1,
      signal,
      locate,
    };
    answers.push({ id: ask.id, data: answerTo(game, ask, await handler(call)) });
  }
  return answers;
}

/** @throws Error naming game and ask, when its schema refuses the answer, or JSON changes it */
export function answerTo(game: AnyGame, { name }: Pick<PendingAsk, "name">, given: unknown): Plain {
  const where = `${game.name}, ask "${name}"`;
  const declared = game.asks?.[name];
  let answer: Plain;
  try {
    answer = checkedAnswer(declared, given);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
  const fault = lostIn(declared!.answer.parse(given), "answer");
  if (fault !== undefined) throw new Error(`${where}: its answer does not arrive as it is given: ${fault}`);
  return answer;
}
