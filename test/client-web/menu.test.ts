/** What a player may choose in the menu: keys, and colours that they tell apart. */
import { describe, expect, test } from "vitest";
import {
  actionOf,
  keysInWords,
  readBindings,
  rebound,
  usualBindings,
} from "../../client-web/menu/key-bindings.ts";
import { colorChoices, sideColor } from "../../client-web/side-color.ts";

describe("keys", () => {
  test("a key that is chosen does that alone, and what had it before is named as having none", () => {
    const chosen = rebound(usualBindings, "chat", "Space");
    expect(actionOf(chosen, "Space")).toBe("chat");
    expect(actionOf(chosen, "Enter")).toBeUndefined();
    expect(keysInWords(chosen.fire)).toBe("no key");
    expect(keysInWords(usualBindings.up)).toBe("W, ↑");
  });

  test("Escape stays the way to the menu", () => {
    expect(rebound(usualBindings, "fire", "Escape")).toEqual(usualBindings);
  });

  test("what was kept and cannot be used gives way to the usual keys", () => {
    const kept = { fire: ["KeyF"], up: "KeyW", down: [7], left: ["Escape"], chat: [], unknown: ["KeyX"] };
    expect(readBindings(kept)).toEqual({ ...usualBindings, fire: ["KeyF"], chat: [] });
    expect(readBindings("keys")).toEqual(usualBindings);
  });
});

type Rgb = readonly [number, number, number];

/** What a colour looks like to who lacks a kind of cones, by the matrices of Machado, Oliveira and Fernandes (2009). */
const lacking = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
} as const;

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const times = (rows: readonly (readonly number[])[], rgb: Rgb) =>
  rows.map((row) => row.reduce((sum, part, at) => sum + part * rgb[at]!, 0)) as unknown as Rgb;

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** CIELAB, D65. */
function lab(rgb: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4124, 0.3576, 0.1805],
      [0.2126, 0.7152, 0.0722],
      [0.0193, 0.1192, 0.9505],
    ],
    rgb.map((part) => Math.min(1, Math.max(0, part))) as unknown as Rgb,
  );
  const f = (part: number) => (part > 0.008856 ? Math.cbrt(part) : 7.787 * part + 16 / 116);
  const [fx, fy, fz] = [f(x / 0.9505), f(y), f(z / 1.089)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const sides = Array.from({ length: 8 }, (_, side) => side);

describe.each(colorChoices)("the colours %s", (choice) => {
  const seen = sides.map((side) => times(lacking[choice], linear(sideColor(side, choice))));

  test("of the first eight sides differ to the eyes that they are for, and those of two teams by far", () => {
    const apart = (a: Rgb, b: Rgb) => Math.hypot(...lab(a).map((part, at) => part - lab(b)[at]!));
    expect(apart(seen[0]!, seen[1]!)).toBeGreaterThan(60);
    for (const one of sides)
      for (const other of sides.slice(one + 1))
        expect(apart(seen[one]!, seen[other]!), `${one} and ${other}`).toBeGreaterThan(
          choice === "usual" ? 15 : 30,
        );
  });

  test("stand out from the ground as WCAG asks of pictures, 3 to 1", () => {
    const ground = luminance(linear("#121a28"));
    for (const rgb of seen)
      expect((Math.max(0, luminance(rgb)) + 0.05) / (ground + 0.05)).toBeGreaterThanOrEqual(3);
  });
});
