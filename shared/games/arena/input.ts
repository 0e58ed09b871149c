/**
 * The input that a player sends 30 times a second, and its bounds. The room cleans inputs as they arrive;
 * `bounded` cleans them once more before they enter the World, since nothing else keeps the NaN of a
 * hand-made record from spreading to every player.
 */
import type { InputField, InputShape } from "../../game/game.ts";

export interface ArenaInput {
  seq: number;
  /** Wanted movement; (127, 0) is full speed to the right. Longer vectors count as full speed. */
  moveX: number;
  moveY: number;
  /** Direction of the gun: 65536 to a turn, 0 is right, clockwise on the screen. */
  aim: number;
  /** Bit 0 is fire. The others are unused. */
  buttons: number;
  /** The moment that was on the screen, of an input that fires; 0: not said (`momentSaid` in rules/rewind.ts). */
  seen: number;
}

export const fireButton = 1;

export const arenaInput: InputShape<ArenaInput> = {
  seq: { type: "uint32", min: 0, max: 0xffff_ffff },
  moveX: { type: "int8", min: -127, max: 127 },
  moveY: { type: "int8", min: -127, max: 127 },
  aim: { type: "uint16", min: 0, max: 65535 },
  buttons: { type: "uint8", min: 0, max: 255 },
  seen: { type: "uint16", min: 0, max: 65535 },
};

export function bounded(input: ArenaInput): ArenaInput {
  return {
    seq: whole(input.seq, arenaInput.seq),
    moveX: whole(input.moveX, arenaInput.moveX),
    moveY: whole(input.moveY, arenaInput.moveY),
    aim: whole(input.aim, arenaInput.aim),
    buttons: whole(input.buttons, arenaInput.buttons),
    seen: whole(input.seen, arenaInput.seen),
  };
}

function whole(value: number, field: InputField): number {
  if (!(value > field.min)) return field.min; // also for NaN
  return value < field.max ? Math.trunc(value) + 0 : field.max;
}
