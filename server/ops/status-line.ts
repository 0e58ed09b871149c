/**
 * One line about the server's condition: pure, from the numbers of the last second to a text that fits the terminal.
 * The most important part comes first; a part that does not fit is left out, never cut in two.
 */
import type { StatusNumbers } from "./child-messages.ts";

/** @param width columns at most; the first part is always there, cut off if necessary */
export function statusLine(numbers: StatusNumbers, restarts: number, width: number): string {
  const parts = [
    `${count(numbers.matches, "match", "matches")}, ${count(numbers.players, "player", "players")}`,
    ...(numbers.frozen > 0 ? [`${numbers.frozen} FROZEN`] : []),
    `gate ${ms(numbers.gateMsP50)}/${ms(numbers.gateMsP99)} ms`,
    `late ${ms(numbers.tickLatenessMsP99)} ms`,
    ...(restarts > 0 ? [count(restarts, "restart", "restarts")] : []),
    `journal ${Math.round(numbers.journalKibPerSecond)} KiB/s`,
    `${Math.round(numbers.patchesPerSecond)} patches/s`,
    `${Math.round(numbers.memoryMib)} MiB`,
  ];
  return fittedLine(parts, width);
}

/** The first part, cut off if necessary, and as many of the others as fit whole. */
export function fittedLine(parts: readonly string[], width: number): string {
  let line = (parts[0] ?? "").slice(0, Math.max(0, width));
  for (const part of parts.slice(1)) {
    if (line.length + separator.length + part.length > width) break;
    line += separator + part;
  }
  return line;
}

const separator = " | ";

export const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`;

/** Two significant digits: 0.42, 4.2, 42. A dash when nothing was measured yet. */
export function ms(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0);
}
