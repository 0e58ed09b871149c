/**
 * `holdfast/game`: what the rules of a game are written with. The contract between a game and the server, and the
 * tools that give the same result on every machine: chance whose state lies in the World, sine and its kin, the hash
 * of plain data. No sockets, no clocks, no store. docs/writing-a-game.md goes through it.
 */
export { hashPlain } from "../shared/game/deterministic/hash.ts";
export { nextBelow, nextUint32, type RandomState } from "../shared/game/deterministic/random.ts";
export * from "../shared/game/deterministic/trig.ts";
export * from "../shared/game/game.ts";
