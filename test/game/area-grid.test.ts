/** The grid finds what a look at everything would find. */
import { expect, it } from "vitest";
import { areaGrid } from "../../shared/game/area-grid.ts";
import { fc, test } from "../match/property.ts";

const place = fc.record({ x: fc.integer({ min: -50, max: 50 }), y: fc.integer({ min: -50, max: 50 }) });

test(
  "a grid finds all in the square around a place, and nothing else, whatever its cells are",
  [fc.array(place, { maxLength: 20 }), place, fc.nat(40), fc.integer({ min: 1, max: 60 })],
  (places, from, reach, cell) => {
    const things = Object.fromEntries(places.map((each, id) => [`${id}`, each]));
    const near = Object.keys(things).filter(
      (id) => Math.abs(things[id]!.x - from.x) <= reach && Math.abs(things[id]!.y - from.y) <= reach,
    );
    expect(areaGrid(things, cell).within(from, reach).sort()).toEqual(near.sort());
  },
);

it("several lists are one, wherever their things are, and what has no place is not found", () => {
  const units = { ann: { x: 0, y: 0 }, ben: { x: 1e12, y: -1e12 } };
  const stones = {
    one: { x: 3, y: -4 },
    lost: { x: Number.NaN, y: 0 },
    gone: { x: 0, y: Number.POSITIVE_INFINITY },
  };
  const grid = areaGrid([units, stones], 1);
  expect(grid.within(units.ann, 4).sort()).toEqual(["ann", "one"]);
  expect(grid.within(units.ben, 0)).toEqual(["ben"]);
  expect(grid.within(units.ann, Number.POSITIVE_INFINITY).sort()).toEqual(["ann", "ben", "one"]);
  expect(grid.within({ x: Number.NaN, y: 0 }, 10)).toEqual([]);
  expect(areaGrid({}, 1).within(units.ann, 10)).toEqual([]);
});
