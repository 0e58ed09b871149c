/** Names of bots: stones, so that nobody mistakes them for players. */
const stones = [
  "Agate",
  "Basalt",
  "Chert",
  "Dolomite",
  "Epidote",
  "Flint",
  "Gneiss",
  "Halite",
  "Jasper",
  "Kyanite",
  "Lava",
  "Marble",
  "Nephrite",
  "Obsidian",
  "Pumice",
  "Quartz",
  "Rhyolite",
  "Slate",
  "Tuff",
  "Zircon",
];

/** @param index from 0; each gives another name */
export function botName(index: number): string {
  const round = Math.floor(index / stones.length);
  return `${stones[index % stones.length]!}${round === 0 ? "" : ` ${round + 1}`}`;
}
