/** A part that nobody reads, such as a misspelt one: what it was meant for would never happen, and nobody would be told. */
import { nearestWord } from "../nearest-word.ts";

/** @returns in words, with the name that was probably meant; undefined when all are known. What is undefined counts as left out */
export function unknownPart(given: object, known: readonly string[]): string | undefined {
  const strange = Object.keys(given).find(
    (name) => !known.includes(name) && (given as Record<string, unknown>)[name] !== undefined,
  );
  if (strange === undefined) return undefined;
  const near = nearestWord(strange, known);
  const meant = near === undefined ? `; there are ${known.join(", ")}` : `; did you mean \`${near}\`?`;
  return `a part \`${strange}\`, which means nothing${meant}`;
}
