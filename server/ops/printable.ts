/**
 * Makes text from outside safe for a terminal: characters that move the cursor, colour, ring or change the writing
 * direction are shown as their code. In JSON, `\u001b` still means the same.
 */

/** Control, format, line and paragraph separators, and halves of surrogate pairs. */
const notPrintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** @param lines whether line breaks are kept */
export function printable(text: string, { lines = false } = {}): string {
  return text.replace(notPrintable, (character) =>
    lines && character === "\n" ? character : codeOf(character),
  );
}

function codeOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
