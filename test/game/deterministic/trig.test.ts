/** The table against the engine's own functions, which are good to about 1e-16 wherever this runs. */
import { expect, test } from "vitest";
import { angleOf, cosine, sine, turn } from "../../../shared/game/deterministic/trig.ts";

const toRadians = (2 * Math.PI) / turn;

test("[P4.4] sine and cosine are right to 1e-15 at every angle", () => {
  let worst = 0;
  for (let angle = 0; angle < turn; angle++) {
    worst = Math.max(worst, Math.abs(sine(angle) - Math.sin(angle * toRadians)));
    worst = Math.max(worst, Math.abs(cosine(angle) - Math.cos(angle * toRadians)));
  }
  expect(worst).toBeLessThan(1e-15);
});

test("[P4] the quarter turns are exact, and no zero is a negative one", () => {
  expect([0, 16384, 32768, 49152].map(sine)).toStrictEqual([0, 1, 0, -1]);
  expect([0, 16384, 32768, 49152].map(cosine)).toStrictEqual([1, 0, -1, 0]);
});

test("angles are taken modulo a turn, negative ones too", () => {
  for (const angle of [1, 9000, 20_000, 50_000]) {
    expect(sine(angle - turn)).toBe(sine(angle));
    expect(cosine(angle + 5 * turn)).toBe(cosine(angle));
  }
});

test("[P4] angleOf undoes sine and cosine at every angle", () => {
  for (let angle = 0; angle < turn; angle++) {
    if (angleOf(cosine(angle) * 321.7, sine(angle) * 321.7) !== angle) expect.fail(`angle ${angle}`);
  }
});

test("angleOf is the nearest angle to atan2's", () => {
  for (let n = 0; n < 5000; n++) {
    const x = ((n * 7919) % 2001) - 1000.5;
    const y = ((n * 104_729) % 1999) - 999.5;
    const exact = Math.atan2(y, x) / toRadians;
    const difference = Math.abs(angleOf(x, y) - (exact < 0 ? exact + turn : exact));
    expect(Math.min(difference, turn - difference)).toBeLessThan(0.5 + 1e-6);
  }
});

test("what has no direction is angle 0", () => {
  expect([angleOf(0, 0), angleOf(Number.NaN, 1), angleOf(-0, -0)]).toEqual([0, 0, 0]);
});
