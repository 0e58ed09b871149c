/** The grid finds what a look at everything would find. */
import { expect } from "vitest";
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
