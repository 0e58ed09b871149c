/** The page's one line about the connection: which truth wins when several hold. */
import { expect, test } from "vitest";
import { bannerText, type Situation } from "../../client-web/hud/banner.ts";

const calm: Situation = {
  state: "playing",
  awayMs: 0,
  seatGraceMs: 30_000,
  notice: undefined,
  lastPatchAtMs: 0,
  nowMs: 100,
  back: undefined,
};
const back = { atMs: 0, gapMs: 310.4, isComplete: true };

test("a lost connection is named before everything else", () => {
  const text = bannerText({ ...calm, state: "reconnecting", notice: "frozen", back, nowMs: 9_000 }).text;
  expect(text).toMatch(/^Reconnecting…/);
});

test("the place is called kept for as long as it is, and nobody is blamed", () => {
  const away = (awayMs: number) => bannerText({ ...calm, state: "reconnecting", awayMs }).text;
  expect(away(29_000)).toBe("Reconnecting… your place is kept.");
  expect(away(31_000)).toBe("Reconnecting… your place may be gone by now.");
});

test("a return names its gap, and claims that nothing was lost only when that was seen", () => {
  expect(bannerText({ ...calm, back }).text).toBe("You are back: nothing was lost (gap 310 ms).");
  const incomplete = { ...calm, back: { ...back, isComplete: false } };
  expect(bannerText(incomplete).text).toBe("You are back (gap 310 ms).");
  expect(bannerText({ ...calm, back, lastPatchAtMs: 6_000, nowMs: 6_000 }).tone).toBe("none");
});

test("a notice holds, silence is named, and calm says nothing", () => {
  expect(bannerText({ ...calm, notice: "The server cannot save." }).text).toBe("The server cannot save.");
  expect(bannerText({ ...calm, nowMs: 2_500 }).text).toMatch(/^Nothing comes/);
  expect(bannerText(calm)).toEqual({ tone: "none", text: "" });
});
