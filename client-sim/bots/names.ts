/** Names of bots: stones, so that nobody takes them for people. */
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

/** @param index from 0; unlike every other one */
export function botName(index: number): string {
  const round = Math.floor(index / stones.length);
  return `${stones[index % stones.length]!}${round === 0 ? "" : ` ${round + 1}`}`;
}
