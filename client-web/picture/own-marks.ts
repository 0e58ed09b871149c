/** Marks around the own player: when the gun is ready again, where a shot came from, and what was hit. Redrawn each frame. */
import { Graphics } from "pixi.js";
import type { Point } from "../../shared/games/arena/map.ts";
import { playerRadius } from "../../shared/games/arena/movement.ts";
import { weapons } from "../../shared/games/arena/rules/weapons.ts";
import type { Happening } from "../happenings.ts";
import { palette } from "./palette.ts";

const markMs = 700;
const marksMax = 16;
const half = Math.PI / 2;

interface Mark {
  readonly bornAtMs: number;
  readonly happening: Extract<Happening, { kind: "hit" | "hurt" }>;
}

export class OwnMarks {
  readonly layer = new Graphics();
  #marks: Mark[] = [];
  #firedAtTick = Number.NEGATIVE_INFINITY;
  #cooldownTicks = 0;

  /** @param isRapid the own player fires twice as fast at present */
  add(happening: Happening, { nowMs, isRapid }: { nowMs: number; isRapid: boolean }): void {
    if (happening.kind === "shot") {
      const { cooldownTicks } = weapons[happening.weapon];
      this.#firedAtTick = happening.atTick;
      this.#cooldownTicks = isRapid ? Math.ceil(cooldownTicks / 2) : cooldownTicks;
    }
    if (happening.kind !== "hit" && happening.kind !== "hurt") return;
    this.#marks.push({ bornAtMs: nowMs, happening });
    if (this.#marks.length > marksMax) this.#marks.shift();
  }

  /** @param own where the own player is drawn; undefined while they are not alive */
  show(own: Point | undefined, tick: number, nowMs: number): void {
    this.layer.clear();
    this.#marks = this.#marks.filter(({ bornAtMs }) => nowMs - bornAtMs < markMs);
    for (const { bornAtMs, happening } of this.#marks) {
      const alpha = 1 - (nowMs - bornAtMs) / markMs;
      if (happening.kind === "hit") this.#cross(happening.at, alpha);
      else if (own && happening.fromRadians !== undefined) this.#arrow(own, happening.fromRadians, alpha);
    }
    if (own) this.#cooldown(own, tick);
  }

  #cooldown({ x, y }: Point, tick: number): void {
    const left = 1 - (tick - this.#firedAtTick) / this.#cooldownTicks;
    // A blaster is ready so soon that a ring would only flicker.
    if (this.#cooldownTicks <= weapons.blaster.cooldownTicks || left <= 0 || left > 1) return;
    this.layer
      .moveTo(x, y - playerRadius - 6)
      .arc(x, y, playerRadius + 6, -half, -half + (1 - left) * 4 * half)
      .stroke({ color: palette.flash, width: 3, alpha: 0.8 });
  }

  #arrow({ x, y }: Point, radians: number, alpha: number): void {
    const reach = 3.2 * playerRadius;
    this.layer
      .moveTo(x + Math.cos(radians - 0.5) * reach, y + Math.sin(radians - 0.5) * reach)
      .arc(x, y, reach, radians - 0.5, radians + 0.5)
      .stroke({ color: palette.healthLow, width: 6, alpha });
  }

  #cross({ x, y }: Point, alpha: number): void {
    const [inner, outer] = [playerRadius + 4, playerRadius + 12];
    for (const [dx, dy] of [
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ] as const)
      this.layer
        .moveTo(x + dx * inner * 0.7, y + dy * inner * 0.7)
        .lineTo(x + dx * outer * 0.7, y + dy * outer * 0.7);
    this.layer.stroke({ color: palette.flash, width: 3, alpha });
  }
}
