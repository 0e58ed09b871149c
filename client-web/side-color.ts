/**
 * One colour for each side, far apart for neighbours: hues advance by the golden angle. Without teams each player
 * is a side of their own and has a colour of their own.
 */
import { sideOf } from "../shared/games/arena/rules/sides.ts";
import type { Seen } from "../shared/games/arena/seen.ts";

const goldenAngle = 137.508;

export function seatColor(seen: Pick<Seen, "teamSize">, seat: number): string {
  return sideColor(sideOf(seen, seat));
}

export function sideColor(side: number): string {
  const hue = (165 + side * goldenAngle) % 360;
  // Lightness alternates too, because with 16 sides some hues are close.
  return hslToHex(hue, 72, side % 2 === 0 ? 62 : 70);
}

function hslToHex(hue: number, saturationPercent: number, lightnessPercent: number): string {
  const lightness = lightnessPercent / 100;
  const reach = (saturationPercent / 100) * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const place = (offset + hue / 30) % 12;
    const value = lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
