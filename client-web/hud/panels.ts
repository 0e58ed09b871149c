/** Panels that become transparent while a player stands below them. Where they are is measured now and then, not in every frame. */
import type { Point } from "../../shared/games/arena/map.ts";

/** To measure them costs a layout. */
const measuredEveryMs = 500;
/** A player is drawn this far around their place, in CSS pixels; more or less, as the camera is near. */
const around = 24;

export class Panels {
  readonly #panels: readonly HTMLElement[];
  #places: DOMRect[] = [];
  #measuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(panels: readonly HTMLElement[]) {
    this.#panels = panels;
  }

  showThrough(places: readonly Point[], nowMs: number): void {
    if (nowMs - this.#measuredAtMs >= measuredEveryMs) {
      this.#places = this.#panels.map((panel) => panel.getBoundingClientRect());
      this.#measuredAtMs = nowMs;
    }
    for (const [at, panel] of this.#panels.entries()) {
      const isOver = places.some((place) => isUnder(place, this.#places[at]!));
      if (panel.classList.contains("through") !== isOver) panel.classList.toggle("through", isOver);
    }
  }
}

function isUnder({ x, y }: Point, { left, right, top, bottom }: DOMRect): boolean {
  return x > left - around && x < right + around && y > top - around && y < bottom + around;
}
