/**
 * A name that a player gives themselves, made fit to be shown: in a list, in a log line, on another player's screen.
 * Every request that carries one uses this shape. What a game does with the name beyond it is the game's.
 */
import { z } from "zod";
import { visibleText } from "../game/deterministic/visible-text.ts";

const lengthMax = 64;

/** A name of which nothing can be seen is as if none was given. */
export const givenName = shown(z.string().min(1));
/** For clients of Colyseus' SDK, whose forms may send an empty one. */
export const givenNameOrEmpty = shown(z.string());

function shown(shape: z.ZodString) {
  return shape.max(lengthMax).transform((given) => shownName(given) || undefined);
}

/** Without characters that hide, move or reorder text, and with single spaces. */
function shownName(given: string): string {
  const spaced = visibleText(given.replace(/\s/gu, " "), lengthMax);
  return spaced.replace(/ +/g, " ");
}
