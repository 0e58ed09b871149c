/** The static part of the picture: floor and walls, and the pickups on it. */
import { Container, Graphics } from "pixi.js";
import type { ArenaMap, PickupKind, PickupPlace, Rectangle } from "../../shared/games/arena/map.ts";
import { palette, pickupColors } from "./palette.ts";

const gridUnits = 100;
/** As far as a window shows. */
const outsideUnits = 1200;

export class Ground {
  readonly layer = new Container();
  readonly #pickups: Container[];

  constructor(map: ArenaMap) {
    this.layer.addChild(floorOf(map));
    for (const wall of map.walls) this.layer.addChild(wallShape(wall));
    this.#pickups = map.pickups.map(pickupShape);
    this.layer.addChild(...this.#pickups);
  }

  /** @param bits bit n is set when place n has its pickup */
  showPickups(bits: number, nowMs: number): void {
    this.#pickups.forEach((shape, place) => {
      shape.visible = ((bits >> place) & 1) === 1;
      shape.scale.set(1 + 0.06 * Math.sin(nowMs / 300 + place));
    });
  }
}

function floorOf({ width, height }: ArenaMap): Graphics {
  const floor = around(width, height).rect(0, 0, width, height).fill(palette.ground);
  for (let x = gridUnits; x < width; x += gridUnits) floor.moveTo(x, 0).lineTo(x, height);
  for (let y = gridUnits; y < height; y += gridUnits) floor.moveTo(0, y).lineTo(width, y);
  floor.stroke({ color: palette.grid, width: 2 });
  return floor.rect(-3, -3, width + 6, height + 6).stroke({ color: palette.edge, width: 6 });
}

/** Nobody gets there: slanting lines show that the picture goes on, and the map does not. */
function around(width: number, height: number): Graphics {
  const lines = new Graphics();
  const [top, bottom] = [-outsideUnits, height + outsideUnits];
  for (let from = top; from <= width + bottom + outsideUnits; from += gridUnits)
    lines.moveTo(from, top).lineTo(from - (bottom - top), bottom);
  return lines.stroke({ color: palette.hatch, width: 2 });
}

function wallShape({ x, y, width, height }: Rectangle): Graphics {
  return new Graphics()
    .rect(x, y, width, height)
    .fill(palette.wall)
    .rect(x + 2, y + 2, width - 4, height - 4)
    .stroke({ color: palette.wallTop, width: 4 });
}

function pickupShape({ x, y, kind }: PickupPlace): Container {
  const color = pickupColors[kind];
  const shape = new Graphics().circle(0, 0, 14).fill({ color, alpha: 0.18 }).stroke({ color, width: 2 });
  drawSign(shape, kind);
  shape.fill(color);
  shape.position.set(x, y);
  return shape;
}

/** Signs of the pickups: a cross heals, two bars make guns fire faster, a diamond doubles the damage. */
function drawSign(shape: Graphics, kind: PickupKind): void {
  switch (kind) {
    case "health":
      shape.rect(-7, -2.5, 14, 5).rect(-2.5, -7, 5, 14);
      return;
    case "rapid":
      shape.poly([-7, -6, -1, 0, -7, 6]).poly([1, -6, 7, 0, 1, 6]);
      return;
    case "double":
      shape.poly([0, -8, 7, 0, 0, 8, -7, 0]);
      return;
  }
}
