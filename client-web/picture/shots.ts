/** Blaster shots, rail beams, and the rings of hits and deaths. Everything is redrawn each frame. */
import { Graphics } from "pixi.js";
import { beamTicks, projectileAt, weapons } from "../../shared/games/arena/rules/weapons.ts";
import type { Seen } from "../../shared/games/arena/seen.ts";
import { distanceToWall } from "../../shared/games/arena/sight.ts";
import { toRadians } from "../controls.ts";
import { seatColor } from "../side-color.ts";

const ringMs = 450;
const ringsMax = 64;
const streakUnits = 22;

interface Ring {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly radius: number;
  readonly bornAtMs: number;
}

export class Shots {
  readonly layer = new Graphics();
  #rings: Ring[] = [];

  addRing(ring: Ring): void {
    this.#rings.push(ring);
    if (this.#rings.length > ringsMax) this.#rings.shift();
  }

  /** @param tick the server's tick, with its fraction */
  show(seen: Seen, tick: number, nowMs: number): void {
    this.layer.clear();
    for (const shot of Object.values(seen.projectiles))
      this.#drawShot(shot, tick, seatColor(seen, shot.seat));
    for (const beam of Object.values(seen.beams)) this.#drawBeam(beam, tick, seatColor(seen, beam.seat));
    this.#rings = this.#rings.filter((ring) => nowMs - ring.bornAtMs < ringMs);
    for (const ring of this.#rings) this.#drawRing(ring, nowMs);
  }

  #drawShot(shot: Seen["projectiles"][string], tick: number, color: string): void {
    const head = projectileAt(shot, tick);
    const angle = toRadians(shot.aim);
    const distance = Math.hypot(head.x - shot.x, head.y - shot.y);
    // The View removes a shot a moment after it has hit a wall.
    if (distance > distanceToWall({ ...direction(angle), x: shot.x, y: shot.y }, weapons.blaster.reach))
      return;
    const flown = Math.min(streakUnits, distance);
    this.layer
      .moveTo(head.x - Math.cos(angle) * flown, head.y - Math.sin(angle) * flown)
      .lineTo(head.x, head.y)
      .stroke({ color, width: 4, alpha: 0.7, cap: "round" })
      .circle(head.x, head.y, weapons.blaster.radius)
      .fill("#ffffff");
  }

  #drawBeam(beam: Seen["beams"][string], tick: number, color: string): void {
    const left = 1 - (tick - beam.bornAtTick) / beamTicks;
    if (left <= 0) return;
    const angle = toRadians(beam.aim);
    const toX = beam.x + Math.cos(angle) * beam.length;
    const toY = beam.y + Math.sin(angle) * beam.length;
    const alpha = Math.min(1, left);
    this.layer
      .moveTo(beam.x, beam.y)
      .lineTo(toX, toY)
      .stroke({ color, width: 10 * alpha, alpha: 0.35 * alpha })
      .moveTo(beam.x, beam.y)
      .lineTo(toX, toY)
      .stroke({ color: "#ffffff", width: 3, alpha });
  }

  #drawRing(ring: Ring, nowMs: number): void {
    const part = (nowMs - ring.bornAtMs) / ringMs;
    this.layer
      .circle(ring.x, ring.y, ring.radius * (0.3 + 0.7 * part))
      .stroke({ color: ring.color, width: 4 * (1 - part), alpha: 1 - part });
  }
}

function direction(radians: number): { directionX: number; directionY: number } {
  return { directionX: Math.cos(radians), directionY: Math.sin(radians) };
}
