/** What the player wants: from keys, from a finger that is dragged anywhere, and from the two buttons. */

/** A finger this far from where it was put down is full speed. */
const dragPixels = 60;
const full = 127;

export interface Wish {
  readonly moveX: number;
  readonly moveY: number;
  readonly dash: number;
}

export class Wishes {
  readonly #keys = new Set<string>();
  #drag: { id: number; fromX: number; fromY: number; x: number; y: number } | undefined;
  #dashes = false;

  /** @param onWave called when the player waves */
  constructor(
    on: { readonly surface: HTMLElement; readonly dash: HTMLElement; readonly wave: HTMLElement },
    onWave: () => void,
  ) {
    addEventListener("keydown", (event) => {
      if (event.code === "Space") event.preventDefault();
      if (event.code === "KeyE" && !event.repeat) onWave();
      this.#keys.add(event.code);
    });
    addEventListener("keyup", ({ code }) => this.#keys.delete(code));
    addEventListener("blur", () => this.#keys.clear());
    on.surface.addEventListener("pointerdown", (event) => this.#begin(event));
    addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
      if (this.#drag?.id === pointerId) Object.assign(this.#drag, { x: clientX, y: clientY });
    });
    for (const end of ["pointerup", "pointercancel"] as const)
      addEventListener(end, ({ pointerId }) => {
        if (this.#drag?.id === pointerId) this.#drag = undefined;
      });
    on.dash.addEventListener("pointerdown", () => {
      this.#dashes = true;
    });
    on.wave.addEventListener("click", onWave);
  }

  /** A dash that was asked for since the last call is in it once. */
  take(): Wish {
    const dash = Number(this.#dashes || this.#keys.has("Space"));
    this.#dashes = false;
    return { ...(this.#drag === undefined ? this.#byKeys() : this.#byDrag(this.#drag)), dash };
  }

  #begin({ pointerId, clientX: x, clientY: y }: PointerEvent): void {
    this.#drag ??= { id: pointerId, fromX: x, fromY: y, x, y };
  }

  #byKeys(): { moveX: number; moveY: number } {
    const down = (...codes: string[]) => Number(codes.some((code) => this.#keys.has(code)));
    return {
      moveX: full * (down("ArrowRight", "KeyD") - down("ArrowLeft", "KeyA")),
      moveY: full * (down("ArrowDown", "KeyS") - down("ArrowUp", "KeyW")),
    };
  }

  #byDrag({ fromX, fromY, x, y }: { fromX: number; fromY: number; x: number; y: number }) {
    const part = full / Math.max(dragPixels, Math.hypot(x - fromX, y - fromY));
    return { moveX: Math.round((x - fromX) * part), moveY: Math.round((y - fromY) * part) };
  }
}
