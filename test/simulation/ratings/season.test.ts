/** What the ratings predict comes true as often as they say, in every format. */
import { expect, test } from "vitest";
import { type SeasonSettings, seasonOf } from "./season.ts";

const seasons: readonly (readonly [string, Pick<SeasonSettings, "sides" | "sideSize" | "matches">])[] = [
  ["one against one", { sides: 2, sideSize: 1, matches: 20_000 }],
  ["four against four", { sides: 2, sideSize: 4, matches: 30_000 }],
  ["eight, each alone", { sides: 8, sideSize: 1, matches: 3000 }],
];
/** Fewer pairs say little. */
const pairsMin = 1500;

test.each(
  seasons.flatMap(([name, settings]) => [
    [name, "all who come", { ...settings, matched: false }] as const,
    [name, "neighbours by rating", { ...settings, matched: true }] as const,
  ]),
)("[P8.11] %s, %s: a chance of so many per cent is one, within two", (_name, _who, settings) => {
  const rows = seasonOf({ seed: 7, players: 300, ...settings });
  const known = rows.filter(({ pairs }) => pairs >= pairsMin);
  expect(known.length).toBeGreaterThan(2);
  for (const { predicted, observed } of known) expect(Math.abs(observed - predicted)).toBeLessThan(0.02);
});
