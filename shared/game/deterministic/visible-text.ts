/**
 * Names and chat lines as they are shown: without control, formatting and zero-width characters, trimmed,
 * cut to a length. It uses fixed code point ranges: Unicode property classes change with the engine's
 * Unicode version, and a replay elsewhere would then get another name.
 */

/**
 * First and last code points of what is left out. Only a lone surrogate counts as a code point here. A codec
 * turns it into U+FFFD, so both are removed: the text is then the same before and after the journal.
 */
const hiddenRanges: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfffd, 0xfffd],
];

/** @param lengthMax in code points */
export function visibleText(text: string, lengthMax: number): string {
  let shown = "";
  let length = 0;
  for (const character of text) {
    if (length === lengthMax) break;
    if (isHidden(character.codePointAt(0)!)) continue;
    if (length === 0 && character.trim() === "") continue;
    shown += character;
    length++;
  }
  return shown.trimEnd();
}

function isHidden(code: number): boolean {
  if (code >= 0x20 && code < 0x7f) return false;
  for (const [first, last] of hiddenRanges) if (code >= first && code <= last) return true;
  return false;
}
