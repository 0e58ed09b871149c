/**
 * Keyboard and mouse as the game's input. WASD or arrows move, the mouse aims, its button fires. Keys are
 * read by their position on the keyboard, so that WASD is one block on every layout.
 */
import { type ArenaInput, fireButton } from "../shared/games/arena/input.ts";

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};
const moveMax = 127;
const turn = 65536;

export interface ControlActions {
  readonly chooseWeapon: (weapon: "blaster" | "rail") => void;
  readonly openChat: () => void;
  readonly showScores: (shown: boolean) => void;
}

export class Controls {
  readonly #held = new Set<string>();
  readonly #actions: ControlActions;
  readonly #stop = new AbortController();
  #isFiring = false;
  /** Where the mouse is, in CSS pixels. */
  #mouse = { x: 0, y: 0 };

  constructor(surface: HTMLElement, actions: ControlActions) {
    this.#actions = actions;
    const { signal } = this.#stop;
    addEventListener("keydown", (event) => this.#keyDown(event), { signal });
    addEventListener("keyup", (event) => this.#keyUp(event), { signal });
    // A window without focus gets no keyup: a player who switches away would run on for ever.
    addEventListener("blur", () => this.#releaseAll(), { signal });
    addEventListener("mousemove", ({ clientX: x, clientY: y }) => Object.assign(this.#mouse, { x, y }), {
      signal,
    });
    addEventListener("mouseup", () => this.#fire(false), { signal });
    surface.addEventListener("mousedown", (event) => event.button === 0 && this.#fire(true), { signal });
    surface.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** @param center where the own player is drawn, in CSS pixels */
  input(center: { x: number; y: number }): Omit<ArenaInput, "seq" | "seen"> {
    const { moveX, moveY } = this.#wish();
    const aim = toAim(Math.atan2(this.#mouse.y - center.y, this.#mouse.x - center.x));
    return { moveX, moveY, aim, buttons: this.#isFiring ? fireButton : 0 };
  }

  stop(): void {
    this.#stop.abort();
  }

  #wish(): { moveX: number; moveY: number } {
    let x = 0;
    let y = 0;
    for (const key of this.#held) {
      x += directions[key]![0];
      y += directions[key]![1];
    }
    return { moveX: Math.sign(x) * moveMax, moveY: Math.sign(y) * moveMax };
  }

  #keyDown(event: KeyboardEvent): void {
    if (isTyping(event)) return;
    if (event.code in directions) this.#held.add(event.code);
    else if (event.code === "Digit1") this.#actions.chooseWeapon("blaster");
    else if (event.code === "Digit2") this.#actions.chooseWeapon("rail");
    else if (event.code === "Tab") this.#actions.showScores(true);
    else if (event.code === "Enter") this.#openChat();
    else return;
    event.preventDefault();
  }

  #keyUp(event: KeyboardEvent): void {
    this.#held.delete(event.code);
    if (event.code === "Tab") this.#actions.showScores(false);
  }

  #openChat(): void {
    this.#releaseAll();
    this.#actions.openChat();
  }

  #fire(isFiring: boolean): void {
    this.#isFiring = isFiring;
  }

  #releaseAll(): void {
    this.#held.clear();
    this.#isFiring = false;
    this.#actions.showScores(false);
  }
}

function isTyping(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLInputElement;
}

/** Radians to 65536 a turn. */
function toAim(radians: number): number {
  return Math.round((radians / (2 * Math.PI)) * turn) & (turn - 1);
}

export function toRadians(aim: number): number {
  return (aim / turn) * 2 * Math.PI;
}
