/** A gamepad with the standard layout: left stick moves, right stick aims, a trigger or the lower button fires, the others choose. */
import type { Push } from "./touch-sticks.ts";

/** Sticks that nobody touches are not quite in the middle. */
const dead = 0.2;
const fireButtons = [0, 5, 7];
/** The left and the upper one of the four. */
const weaponButtons = { blaster: 2, rail: 3 } as const;

export interface GamepadState {
  readonly move: Push | undefined;
  readonly aim: Push | undefined;
  readonly isFiring: boolean;
  readonly weapon: "blaster" | "rail" | undefined;
}

/** What the first connected gamepad says now; undefined without one. */
export function readGamepad(): GamepadState | undefined {
  const pad = navigator.getGamepads().find((each) => each?.connected && each.mapping === "standard");
  if (!pad) return undefined;
  const isDown = (button: number) => pad.buttons[button]?.pressed === true;
  return {
    move: pushOf(pad.axes[0], pad.axes[1]),
    aim: pushOf(pad.axes[2], pad.axes[3]),
    isFiring: fireButtons.some(isDown),
    weapon: isDown(weaponButtons.blaster) ? "blaster" : isDown(weaponButtons.rail) ? "rail" : undefined,
  };
}

function pushOf(x = 0, y = 0): Push | undefined {
  return Math.hypot(x, y) < dead ? undefined : { x, y };
}
