/** One colour per seat, far apart for neighbours: hues go round by the golden angle. */

const goldenAngle = 137.508;

export function seatColor(seat: number): string {
  const hue = (165 + seat * goldenAngle) % 360;
  // Alternate in lightness too: with 16 seats some hues come close.
  return hslToHex(hue, 72, seat % 2 === 0 ? 62 : 70);
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
