/** Messages about arguments that no table has; they name the flag that was probably meant. */
import { nearestWord } from "../nearest-word.ts";
import type { FlagTable } from "./flag.ts";

/** Message for a flag that does not exist. */
export function unknownFlag(table: FlagTable, flag: string): string {
  const near = nearestWord(flag.replace(/^-+(no-)?/, ""), Object.keys(table));
  return `there is no flag ${flag}${near === undefined ? "." : `; did you mean --${near}?`}`;
}

/** Message for a word where only flags may be. */
export const strayWord = (word: string) => `${JSON.stringify(word)} is not a flag.`;
