/**
 * `holdfast/game`: what the rules of a game are written with. `defineGame` and the kinds of fields, the contract between
 * a game and the server that it makes, and the tools that give the same result on every machine: chance whose state lies
 * in the World, sine and its kin, the hash of plain data. No sockets, no clocks, no store. docs/writing-a-game.md goes
 * through it.
 */

export { type AreaGrid, areaGrid } from "../shared/game/area-grid.ts";
export type { Ask, AskAnswer, AskDeclaration, AskRefusal } from "../shared/game/asks.ts";
export { defineGame, type GameDefinition, type Tick } from "../shared/game/define-game.ts";
export { Chance } from "../shared/game/deterministic/chance.ts";
export { hashPlain } from "../shared/game/deterministic/hash.ts";
export { nextBelow, nextUint32, type RandomState } from "../shared/game/deterministic/random.ts";
export * from "../shared/game/deterministic/trig.ts";
export * from "../shared/game/game.ts";
export { handWritten, lines, list, map, optional } from "../shared/game/view/composed.ts";
export { type DeclaredView, declaredView, viewReader } from "../shared/game/view/declared-view.ts";
export type { HandWritten, ReadOf, SeenOf, Slot, StateOf, ViewFields } from "../shared/game/view/kind.ts";
export {
  bool,
  f32,
  f64,
  fixed,
  grid,
  i8,
  i16,
  i32,
  oneOf,
  text,
  u8,
  u16,
  u32,
  whole,
} from "../shared/game/view/scalars.ts";
