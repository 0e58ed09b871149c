/** A gamepad with the standard layout: left stick moves, right stick aims, a trigger or the lower button fires, the others choose. */
import { meantBy, type Push } from "./touch-sticks.ts";

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
    move: meantBy({ x: pad.axes[0] ?? 0, y: pad.axes[1] ?? 0 }),
    aim: meantBy({ x: pad.axes[2] ?? 0, y: pad.axes[3] ?? 0 }),
    isFiring: fireButtons.some(isDown),
    weapon: isDown(weaponButtons.blaster) ? "blaster" : isDown(weaponButtons.rail) ? "rail" : undefined,
  };
}
