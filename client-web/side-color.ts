/**
 * One colour for each side, far apart for neighbours: hues advance by the golden angle. Without teams each player
 * is a side of their own and has a colour of their own. Who sees fewer colours chooses others, which
 * are as far apart as can be for their eyes (test/client-web/menu.test.ts).
 */
import { sideOf } from "../shared/games/arena/rules/sides.ts";
import type { Seen } from "../shared/games/arena/seen.ts";

export const colorChoices = ["usual", "deuteranopia", "protanopia"] as const;
export type ColorChoice = (typeof colorChoices)[number];

export const colorNames: Readonly<Record<ColorChoice, string>> = {
  usual: "Default",
  deuteranopia: "For people who see little green (deuteranopia)",
  protanopia: "For people who see little red (protanopia)",
};

const goldenAngle = 137.508;
/** The first two are those of two teams. */
const fewHues: Readonly<Record<Exclude<ColorChoice, "usual">, readonly string[]>> = {
  deuteranopia: ["#4aa8ff", "#ffb000", "#cc3366", "#ffffff", "#ccff99", "#996600", "#0066ff", "#ff66cc"],
  protanopia: ["#4aa8ff", "#ffd000", "#ff6666", "#ffffff", "#9933ff", "#00ff99", "#ff6600", "#cc6699"],
};
let chosen: ColorChoice = "usual";

/** Every side has the colours of this choice from now on. */
export function chooseColors(choice: ColorChoice): void {
  chosen = choice;
}

export function seatColor(seen: Pick<Seen, "teamSize">, seat: number): string {
  return sideColor(sideOf(seen, seat));
}

export function sideColor(side: number, choice: ColorChoice = chosen): string {
  if (choice !== "usual") {
    const colors = fewHues[choice];
    return colors[side % colors.length]!;
  }
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
