/**
 * The error catalogue: every code of Holdfast, `area/what`, with its HTTP status, whether it is final, what an operator
 * does about it and what a player is told. The rows are in errors/, by area. A code that is not here is not used
 * (test/tidy.test.ts reads the sources), and nothing else keeps a table of codes.
 */
import type { ErrorEntry } from "./errors/error-entry.ts";
import { matchErrors } from "./errors/match.ts";
import { matchmakingErrors } from "./errors/matchmaking.ts";
import { requestErrors } from "./errors/request.ts";
import { startErrors } from "./errors/start.ts";
import { storeErrors } from "./errors/store.ts";

const rows = { ...storeErrors, ...startErrors, ...matchErrors, ...matchmakingErrors, ...requestErrors };

export type ErrorCode = keyof typeof rows;

/** The codes that have a status of their own: those that a route may declare. */
export type HttpErrorCode = {
  [Code in ErrorCode]: (typeof rows)[Code] extends { readonly status: number } ? Code : never;
}[ErrorCode];

export const errorCodes: Readonly<
  Record<ErrorCode, ErrorEntry> & Record<HttpErrorCode, { readonly status: number }>
> = rows;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorCodes, code);
}

/** The row of a code that came from outside; undefined: another version's, or none. */
export function errorEntry(code: unknown): ErrorEntry | undefined {
  return isErrorCode(code) ? errorCodes[code] : undefined;
}

/** The first code that a text names, as reasons of closes and messages of rooms do. */
export function codeIn(text: string): ErrorCode | undefined {
  return text.match(/[a-z]+\/[a-z-]+/g)?.find(isErrorCode);
}
