/**
 * Two sticks for thumbs: one where the left half of the screen is touched, which moves, one where the right half is, which
 * aims, and fires when it is pushed out. They are drawn where the thumbs are. It knows no game.
 */
import { element } from "./element.ts";

/** Pixels from the middle of a stick to its rim. */
const reach = 56;
/** The share of the reach within which nothing is meant: neither thumbs nor the sticks of a gamepad rest in the middle. */
const dead = 0.2;
/** The share of the reach from which on the right stick fires. */
const fires = 0.65;

/** Where a stick is pushed to: 1 is its rim. */
export interface Push {
  readonly x: number;
  readonly y: number;
}

interface Thumb {
  readonly pointerId: number;
  readonly from: { readonly x: number; readonly y: number };
  readonly drawn: HTMLElement;
  push: Push;
}

export class TouchSticks {
  readonly #surface: HTMLElement;
  #left: Thumb | undefined;
  #right: Thumb | undefined;

  /** @param signal ends it */
  constructor(surface: HTMLElement, signal: AbortSignal) {
    this.#surface = surface;
    const forTouch = (act: (event: PointerEvent) => void) => (event: PointerEvent) => {
      if (event.pointerType === "touch") act(event);
    };
    surface.addEventListener(
      "pointerdown",
      forTouch((event) => this.#down(event)),
      { signal },
    );
    surface.addEventListener(
      "pointermove",
      forTouch((event) => this.#move(event)),
      { signal },
    );
    for (const kind of ["pointerup", "pointercancel"] as const)
      surface.addEventListener(
        kind,
        forTouch(({ pointerId }) => this.#lift(pointerId)),
        { signal },
      );
  }

  /** Undefined: no thumb is there, or it means nothing. */
  get move(): Push | undefined {
    return meantBy(this.#left?.push);
  }

  get aim(): Push | undefined {
    return meantBy(this.#right?.push);
  }

  get isFiring(): boolean {
    const { aim } = this;
    return aim !== undefined && Math.hypot(aim.x, aim.y) >= fires;
  }

  release(): void {
    for (const thumb of [this.#left, this.#right]) if (thumb) this.#lift(thumb.pointerId);
  }

  #down(event: PointerEvent): void {
    // What lies over the picture, a button for example, is no place for a thumb.
    if (!(event.target instanceof HTMLCanvasElement)) return;
    event.preventDefault();
    const { clientX: x, clientY: y, pointerId } = event;
    const isLeft = x < innerWidth / 2;
    if (isLeft ? this.#left : this.#right) return;
    this.#surface.setPointerCapture(pointerId);
    const drawn = element("div", { class: "stick", children: [element("i")] });
    drawn.style.translate = `${x}px ${y}px`;
    this.#surface.append(drawn);
    const thumb = { pointerId, from: { x, y }, drawn, push: { x: 0, y: 0 } };
    if (isLeft) this.#left = thumb;
    else this.#right = thumb;
  }

  #move({ pointerId, clientX, clientY }: PointerEvent): void {
    const thumb = [this.#left, this.#right].find((each) => each?.pointerId === pointerId);
    if (thumb === undefined) return;
    const [x, y] = [(clientX - thumb.from.x) / reach, (clientY - thumb.from.y) / reach];
    const length = Math.max(1, Math.hypot(x, y));
    thumb.push = { x: x / length, y: y / length };
    const knob = thumb.drawn.firstElementChild as HTMLElement;
    knob.style.translate = `${thumb.push.x * reach}px ${thumb.push.y * reach}px`;
  }

  #lift(pointerId: number): void {
    if (this.#left?.pointerId === pointerId) {
      this.#left.drawn.remove();
      this.#left = undefined;
    }
    if (this.#right?.pointerId === pointerId) {
      this.#right.drawn.remove();
      this.#right = undefined;
    }
  }
}

/** Undefined when it means nothing. */
export function meantBy(push: Push | undefined): Push | undefined {
  return push === undefined || Math.hypot(push.x, push.y) < dead ? undefined : push;
}
