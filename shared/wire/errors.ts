/**
 * The error catalogue: every code of Holdfast, `area/what`, with its HTTP status, whether it is final, what an operator
 * does about it and what a player is told. The rows are in errors/, by area. No other table of codes exists, and no code
 * that is not listed here is used (test/tidy.test.ts reads the sources).
 */
import type { ErrorEntry } from "./errors/error-entry.ts";
import { matchErrors } from "./errors/match.ts";
import { matchmakingErrors } from "./errors/matchmaking.ts";
import { requestErrors } from "./errors/request.ts";
import { startErrors } from "./errors/start.ts";
import { storeErrors } from "./errors/store.ts";

const rows = { ...storeErrors, ...startErrors, ...matchErrors, ...matchmakingErrors, ...requestErrors };

export type ErrorCode = keyof typeof rows;

/** The codes that have an HTTP status, which a route may declare. */
export type HttpErrorCode = {
  [Code in ErrorCode]: (typeof rows)[Code] extends { readonly status: number } ? Code : never;
}[ErrorCode];

export const errorCodes: Readonly<
  Record<ErrorCode, ErrorEntry> & Record<HttpErrorCode, { readonly status: number }>
> = rows;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorCodes, code);
}

/** The row of a code that came from outside; undefined when this version has none. */
export function errorEntry(code: unknown): ErrorEntry | undefined {
  return isErrorCode(code) ? errorCodes[code] : undefined;
}

/** The first code in a text, such as the reason of a close or a message of a room. */
export function codeIn(text: string): ErrorCode | undefined {
  return text.match(/[a-z]+\/[a-z-]+/g)?.find(isErrorCode);
}
