/** What a player is told at the end of a match that did not end by its rules, and after a reload. */
import { describe, expect, it } from "vitest";
import { inWords } from "../../client-web/errors-in-words.ts";
import type { MatchKept } from "../../client-web/kept-match.ts";
import { leftInWords } from "../../client-web/left-in-words.ts";
import { isPageOlder, programOf } from "../../client-web/newer-page.ts";
import { resumedMatch } from "../../client-web/resumed-match.ts";
import { ApiError } from "../../shared/client/api.ts";
import { JoinError } from "../../shared/client/connection-state.ts";

const ends: [code: number, reason: string][] = [
  [4003, "the match is over or was set aside: no server runs it (match/unknown)"],
  [4003, "the server gave the seat up (seat/gone)"],
  [4003, "No more retries. Reconnection failed."],
  [4002, ""],
  [4403, "session/banned"],
  [4409, "seat/taken-over"],
  [4010, "server restarts"],
  [1006, "no welcome from the server"],
];

describe("the end of a match", () => {
  it("is told without codes, and each in its own words", () => {
    const told = ends.map(([code, reason]) => leftInWords({ code, reason }));
    for (const text of told) expect(text).toMatch(/^[A-Z][^\d/]+\.$/);
    expect(new Set(told).size).toBe(7);
    expect(leftInWords({ code: 4000, reason: "" })).toBe("");
    expect(inWords(new JoinError(1006, "no welcome from the server"))).toBe(told.at(-1));
  });
});

/** A tab that was in a match, and what the server says to each way back. */
function tab(byToken: Error | "seat", byMatchId: Error | "seat", users: { was?: string; is?: string } = {}) {
  const was = users.was === undefined ? {} : { userId: users.was };
  let value: MatchKept | undefined = { spectate: false, token: "m1:t", matchId: "m1", ...was };
  const asked: string[] = [];
  const answer = (way: string, said: Error | "seat") => {
    asked.push(way);
    return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
  };
  const kept = {
    get: () => value,
    set: () => {},
    clear: () => {
      value = undefined;
    },
  };
  const end = resumedMatch({
    kept,
    userId: users.is,
    byToken: (token) => answer(token, byToken),
    byMatchId: (id) => answer(id, byMatchId),
  });
  return { end, asked, isKept: () => value !== undefined };
}

const no = (code: string, status: number) => new ApiError({ code, status, message: code });

describe("a reloaded page", () => {
  it("[P5] takes its seat again by its token, and by who the player is when that is not taken", async () => {
    const first = tab("seat", "seat");
    expect(await first.end).toEqual({ kind: "back", match: "seat" });
    expect(first.asked).toEqual(["m1:t"]);
    const second = tab(new Error("refused"), "seat");
    expect(await second.end).toEqual({ kind: "back", match: "seat" });
    expect(second.asked).toEqual(["m1:t", "m1"]);
  });

  it("[P7] says that the match is gone, and forgets it only then", async () => {
    const gone = tab(new Error("refused"), no("match/unknown", 404));
    expect(await gone.end).toEqual({ kind: "lost", message: "That match is over." });
    expect(gone.isKept()).toBe(false);
    const givenUp = tab(new Error("refused"), no("match/booked", 409));
    expect(await givenUp.end).toMatchObject({ message: expect.stringContaining("given up") });
    const away = tab(new Error("refused"), no("api/unreachable", 0));
    expect(await away.end).toMatchObject({ kind: "lost", message: expect.stringContaining("Reload") });
    expect(away.isKept()).toBe(true);
  });

  it("[P1.6] that is a copy of a tab, and so another player, takes no seat and asks for none", async () => {
    const copied = tab("seat", "seat", { was: "guest:1", is: "guest:2" });
    expect(await copied.end).toEqual({ kind: "nothing" });
    expect(copied.asked).toEqual([]);
    expect(copied.isKept()).toBe(false);
    const same = tab("seat", "seat", { was: "guest:1", is: "guest:1" });
    expect(await same.end).toEqual({ kind: "back", match: "seat" });
  });
});

describe("a page", () => {
  const html = (name: string) =>
    `<head><script type="module" crossorigin src="./assets/${name}.js"></script></head>`;

  it("is older than the server when that has another program, and not when nobody can tell", async () => {
    expect(programOf(html("index-a"))).toBe("./assets/index-a.js");
    const own = programOf(html("index-a"));
    expect(await isPageOlder(own, async () => html("index-b"))).toBe(true);
    expect(await isPageOlder(own, async () => html("index-a"))).toBe(false);
    expect(await isPageOlder(own, async () => "no page")).toBe(false);
    expect(await isPageOlder(own, () => Promise.reject(new Error("away")))).toBe(false);
    expect(await isPageOlder(undefined, async () => html("index-b"))).toBe(false);
  });
});
