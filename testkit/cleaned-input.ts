/** An input as a server takes it from a client: whole numbers in the ranges that the game declares, no field missing. */
import type { InputField, NumericInput } from "../shared/game/game.ts";

/** @param given what is no number is the least that it may be, as what is left out */
export function cleanedInput(
  shape: Readonly<Record<string, InputField>>,
  given: Readonly<Record<string, number>>,
): NumericInput {
  const input: Record<string, number> = {};
  for (const [field, { min, max }] of Object.entries(shape)) {
    const value = Math.trunc(given[field] ?? Number.NaN);
    input[field] = Number.isNaN(value) ? min : Math.max(min, Math.min(max, value));
  }
  return input as NumericInput;
}
