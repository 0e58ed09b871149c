/**
 * Text from outside made safe for a terminal: what moves the cursor, colours, rings or turns the direction of writing
 * is shown as its code. As `\u001b` in JSON it still means the same.
 */

/** Control, format, line and paragraph separators, and halves of surrogate pairs. */
const notPrintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** @param lines whether line breaks stay */
export function printable(text: string, { lines = false } = {}): string {
  return text.replace(notPrintable, (character) =>
    lines && character === "\n" ? character : codeOf(character),
  );
}

function codeOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
