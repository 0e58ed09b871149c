/**
 * What a player does, as the game's input, by whatever they have: keyboard and mouse, keyboard alone, two thumbs, or a
 * gamepad. Keys are read by their position on the keyboard, so that WASD is one block on every layout. Whatever aimed last
 * is followed.
 */
import { type ArenaInput, fireButton } from "../shared/games/arena/input.ts";
import { readGamepad } from "./gamepad.ts";
import { actionOf, type KeyAction, type KeyBindings, menuKey } from "./menu/key-bindings.ts";
import { type Push, TouchSticks } from "./touch-sticks.ts";

const directions: Partial<Readonly<Record<KeyAction, readonly [x: number, y: number]>>> = {
  up: [0, -1],
  down: [0, 1],
  left: [-1, 0],
  right: [1, 0],
};
/** Keys that turn the gun, for who has no mouse. */
const turning: Partial<Readonly<Record<KeyAction, number>>> = { turnLeft: -1, turnRight: 1 };
/** Radians in an input: half a turn in a second. */
const turnStep = Math.PI / 30;
const moveMax = 127;
const turn = 65536;

export interface ControlActions {
  readonly chooseWeapon: (weapon: "blaster" | "rail") => void;
  readonly openChat: () => void;
  readonly showScores: (shown: boolean) => void;
  readonly openMenu: () => void;
  readonly keys: () => KeyBindings;
}

export class Controls {
  /** By key, so that a key which means something else meanwhile is let go as what it was. */
  readonly #held = new Map<string, KeyAction>();
  readonly #actions: ControlActions;
  readonly #stop = new AbortController();
  readonly #sticks: TouchSticks;
  #mouseFires = false;
  /** Where the mouse is, in CSS pixels; undefined while something else aims. */
  #mouse: { readonly x: number; readonly y: number } | undefined;
  /** In radians. */
  #aim = 0;
  #weaponHeld: string | undefined;

  constructor(surface: HTMLElement, actions: ControlActions) {
    this.#actions = actions;
    const { signal } = this.#stop;
    this.#sticks = new TouchSticks(surface, signal);
    addEventListener("keydown", (event) => this.#keyDown(event), { signal });
    addEventListener("keyup", (event) => this.#keyUp(event), { signal });
    // A window without focus gets no keyup: a player who switches away would run on for ever.
    addEventListener("blur", () => this.#releaseAll(), { signal });
    addEventListener("pointermove", (event) => this.#point(event), { signal });
    addEventListener("pointerup", ({ pointerType }) => pointerType !== "touch" && this.#fire(false), {
      signal,
    });
    surface.addEventListener("pointerdown", (event) => this.#pointerDown(event), { signal });
    surface.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** @param center where the own player is drawn, in CSS pixels */
  input(center: { x: number; y: number }): Omit<ArenaInput, "seq" | "seen"> {
    const pad = readGamepad();
    if (pad?.weapon !== this.#weaponHeld && pad?.weapon) this.#actions.chooseWeapon(pad.weapon);
    this.#weaponHeld = pad?.weapon;
    const pushed = this.#sticks.aim ?? pad?.aim;
    if (pushed) this.#aimTo(Math.atan2(pushed.y, pushed.x));
    const held = [...this.#held.values()];
    for (const action of held) if (turning[action]) this.#aimTo(this.#aim + turning[action] * turnStep);
    if (this.#mouse) this.#aim = Math.atan2(this.#mouse.y - center.y, this.#mouse.x - center.x);
    const isFiring =
      this.#mouseFires || held.includes("fire") || this.#sticks.isFiring || pad?.isFiring === true;
    return {
      ...moveOf(this.#sticks.move ?? pad?.move ?? this.#keys()),
      aim: toAim(this.#aim),
      buttons: isFiring ? fireButton : 0,
    };
  }

  stop(): void {
    this.#sticks.release();
    this.#stop.abort();
  }

  #aimTo(radians: number): void {
    this.#aim = radians;
    this.#mouse = undefined;
  }

  #keys(): Push {
    let x = 0;
    let y = 0;
    for (const action of this.#held.values()) {
      x += directions[action]?.[0] ?? 0;
      y += directions[action]?.[1] ?? 0;
    }
    return { x: Math.sign(x), y: Math.sign(y) };
  }

  #point({ pointerType, clientX: x, clientY: y }: PointerEvent): void {
    if (pointerType !== "touch") this.#mouse = { x, y };
  }

  #pointerDown(event: PointerEvent): void {
    if (event.pointerType === "touch" || event.button !== 0) return;
    this.#point(event);
    this.#fire(true);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.code === menuKey) {
      this.#releaseAll();
      this.#actions.openMenu();
      event.preventDefault();
      return;
    }
    const action = actionOf(this.#actions.keys(), event.code);
    if (action === undefined || isTyping(event, action)) return;
    if (action === "blaster" || action === "rail") this.#actions.chooseWeapon(action);
    else if (action === "scores") this.#actions.showScores(true);
    else if (action === "chat") this.#openChat();
    else this.#held.set(event.code, action);
    event.preventDefault();
  }

  #keyUp({ code }: KeyboardEvent): void {
    this.#held.delete(code);
    if (actionOf(this.#actions.keys(), code) === "scores") this.#actions.showScores(false);
  }

  #openChat(): void {
    this.#releaseAll();
    this.#actions.openChat();
  }

  #fire(isFiring: boolean): void {
    this.#mouseFires = isFiring;
  }

  #releaseAll(): void {
    this.#held.clear();
    this.#sticks.release();
    this.#mouseFires = false;
    this.#actions.showScores(false);
  }
}

function isTyping({ target, code }: KeyboardEvent, action: KeyAction): boolean {
  // A button that has the focus takes space and Enter.
  const isPress = target instanceof HTMLButtonElement && (code === "Space" || code.endsWith("Enter"));
  return target instanceof HTMLInputElement || (isPress && (action === "fire" || action === "chat"));
}

function moveOf({ x, y }: Push): { moveX: number; moveY: number } {
  return { moveX: Math.round(x * moveMax), moveY: Math.round(y * moveMax) };
}

/** Radians to 65536 a turn. */
function toAim(radians: number): number {
  return Math.round((radians / (2 * Math.PI)) * turn) & (turn - 1);
}

export function toRadians(aim: number): number {
  return (aim / turn) * 2 * Math.PI;
}
