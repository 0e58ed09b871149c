/**
 * The error catalogue, and who decides by it: clients what they ask again, pages what they tell, processes how they end.
 * That there is no second table beside it, test/tidy.test.ts looks for in the sources.
 */
import { CloseCode } from "@colyseus/core";
import { describe, expect, it, test } from "vitest";
import { codeInWords, inWords } from "../../client-web/errors-in-words.ts";
import { ApiError, mayPass } from "../../shared/client/api.ts";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { closeCodes, closes } from "../../shared/wire/errors/close-codes.ts";
import { codeIn, type ErrorCode, errorCodes, errorEntry, isErrorCode } from "../../shared/wire/errors.ts";
import { refusedAnywhere, refusedSessions, routes } from "../../shared/wire/routes.ts";

const codes = Object.keys(errorCodes) as ErrorCode[];
const answered = (code: string, status: number) => new ApiError({ code, status, message: code });

describe("the error catalogue", () => {
  it("[P7.1] says of every code what to do about it, in a sentence", () => {
    for (const code of codes) {
      expect(code).toMatch(/^[a-z]+\/[a-z]+(-[a-z]+)*$/);
      expect(errorCodes[code].advice, code).toMatch(/^(?:[A-Z\d]|--).*\.$/s);
    }
  });

  it("says by status what it says in words: who knows no codes tries again at the right ones", () => {
    const passes = (status: number | undefined) => status === 429 || status === 503;
    const wrong = codes.filter((code) => {
      const { status, retry } = errorCodes[code];
      return status !== undefined && passes(status) !== retry;
    });
    expect(wrong).toEqual([]);
    expect(codes.filter((code) => (errorCodes[code].status ?? 404) < 400)).toEqual([]);
  });

  it("tells a player something of every refusal of a public route, or leaves it to the detail", () => {
    const own: readonly ErrorCode[] = Object.values(routes).flatMap(({ refusals }) => refusals);
    const seen = [...own, ...refusedAnywhere, ...refusedSessions];
    const untold = seen.filter((code) => {
      const { player, advice } = errorCodes[code];
      return player === undefined && !advice.includes("detail");
    });
    expect(untold).toEqual([]);
  });

  it("tells players no codes and no numbers", () => {
    for (const code of codes) {
      const { player } = errorCodes[code];
      if (player !== undefined) expect(player, code).toMatch(/^[A-Z][^\d/]+[.?]$/);
    }
  });

  it("ends processes with codes that there are", () => {
    const ends = codes.flatMap((code) => errorCodes[code].ends ?? []);
    expect(ends.length).toBeGreaterThan(10);
    for (const end of ends) expect(exitCodes[end]).toBeGreaterThan(2);
  });
});

describe("who reads it", () => {
  it("a client takes an answer for final as the catalogue says, whatever its status", () => {
    for (const code of codes.filter((each) => each !== "api/unexpected-answer"))
      for (const status of [0, 404, 503])
        expect(mayPass(answered(code, status)), code).toBe(errorCodes[code].retry);
  });

  it("a client goes by the status where no code of ours came: a proxy, or a newer server", () => {
    for (const code of ["api/unexpected-answer", "newer/code"]) {
      expect([429, 502, 503, 504].every((status) => mayPass(answered(code, status)))).toBe(true);
      expect([400, 404, 500].some((status) => mayPass(answered(code, status)))).toBe(false);
    }
  });

  it("a player is told the words of the code, also where a room could only put it into its message", () => {
    expect(inWords(answered("party/full", 409))).toBe(errorCodes["party/full"].player);
    expect(inWords(new Error("seat/full: match m1"))).toBe(errorCodes["seat/full"].player);
    expect(inWords(new Error("no code here"))).toBe("no code here");
    expect(codeInWords("own/reason")).toBe("own/reason");
  });

  it("a code is found in a text only when it is one", () => {
    expect(codeIn("text/plain, then (seat/gone)")).toBe("seat/gone");
    expect(codeIn("and/or")).toBeUndefined();
    expect(errorEntry("toString")).toBeUndefined();
    expect([isErrorCode("seat/full"), isErrorCode("__proto__"), isErrorCode(4000)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

test("the close codes are those that Colyseus and its SDK act by", () => {
  const { abnormal, consented, withError, failedToReconnect, mayTryReconnect } = closeCodes;
  expect({ abnormal, consented, withError, failedToReconnect, mayTryReconnect }).toEqual({
    abnormal: CloseCode.ABNORMAL_CLOSURE,
    consented: CloseCode.CONSENTED,
    withError: CloseCode.WITH_ERROR,
    failedToReconnect: CloseCode.FAILED_TO_RECONNECT,
    mayTryReconnect: CloseCode.MAY_TRY_RECONNECT,
  });
  expect(new Set(Object.values(closeCodes)).size).toBe(Object.keys(closes).length);
});
