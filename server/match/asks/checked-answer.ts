/**
 * What a handler answered, as the World may have it: what its schema makes of it, plain, and bounded. Anything else is a
 * failure of the handler, so no record is ever written that its game cannot apply.
 */
import { type AskDeclaration, askAnswerCharactersMax } from "../../../shared/game/asks.ts";
import { words } from "../../../shared/game/issues.ts";
import type { Plain } from "../../../shared/game/plain.ts";

/** @throws Error in words */
export function checkedAnswer(declared: AskDeclaration | undefined, given: unknown): Plain {
  if (declared === undefined) throw new Error("the game does not declare it any more");
  const parsed = declared.answer.safeParse(given);
  if (!parsed.success) throw new Error(`its answer is refused: ${words(parsed.error.issues, "answer")}`);
  const json = JSON.stringify(parsed.data);
  if (json === undefined) throw new Error("its answer is nothing that can be stored");
  if (json.length > askAnswerCharactersMax)
    throw new Error(
      `its answer has ${json.length} characters; at most ${askAnswerCharactersMax} are allowed`,
    );
  return JSON.parse(json) as Plain;
}
