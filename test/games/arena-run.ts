/** Run by a test in a process of its own: plays a scripted match and prints the World's hash at every tick. */
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { playScripted } from "./scripted-match.ts";

const [seed, players, ticks, ...bots] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  ...number[],
];
const hashes: string[] = [];
playScripted({ seed, players, ticks, bots, onTick: (world) => hashes.push(hashPlain(world)) });
process.stdout.write(hashes.join("\n"));
