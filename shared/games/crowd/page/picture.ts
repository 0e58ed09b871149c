/**
 * Draws the map around the player: where things were about 100 ms ago, so that nothing is guessed. It knows no match, and
 * decides nothing.
 */
import { type Placement, ServerTime, Track } from "../../../../doors/client.ts";
import type { CrowdView, SeenThing } from "./crowd-view.ts";

const side = 4096;
/** The longer edge of the screen shows a little less than what is in sight, so that nothing pops up. */
const unitsShown = 940;
const radius = 24;
const tickMs = 50;
/** The arrow to the richest stays this far from the edge of the screen. */
const arrowPixels = 40;
const jumpUnits = 200;
const tileUnits = 128;
const colors = ["#f2994a", "#56ccf2", "#bb6bd9", "#f2c94c", "#6fcf97", "#eb5757", "#9b9bff", "#ff8fab"];

interface Drawn {
  readonly track: Track;
  thing: SeenThing;
  angle: number;
}

/** A place on the map, in the middle of the screen. */
interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

export class Picture {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #things = new Map<string, Drawn>();
  readonly #time = new ServerTime({ jumpMs: 500 });
  #view: CrowdView | undefined;
  /** The thing that is the player; undefined: they watch. */
  #ownId: string | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext("2d")!;
  }

  heard(view: CrowdView, ownId: string | undefined): void {
    this.#view = view;
    this.#ownId = ownId;
    const serverMs = view.tick * tickMs;
    this.#time.heard(serverMs, performance.now());
    for (const [id, thing] of view.inSight) {
      const known = this.#things.get(id);
      const drawn = known ?? { track: new Track(jumpUnits), thing, angle: 0 };
      const before = known?.thing;
      if (before !== undefined && Math.hypot(thing.x - before.x, thing.y - before.y) > 1)
        drawn.angle = Math.atan2(thing.y - before.y, thing.x - before.x);
      drawn.thing = thing;
      drawn.track.add(serverMs, { x: thing.x, y: thing.y, angle: drawn.angle });
      if (known === undefined) this.#things.set(id, drawn);
    }
    for (const id of this.#things.keys()) if (!view.inSight.has(id)) this.#things.delete(id);
  }

  draw(): void {
    const nowMs = performance.now();
    const drawnMs = this.#time.drawn(nowMs);
    if (this.#view === undefined || drawnMs === undefined) return;
    const camera = this.#camera(drawnMs, nowMs);
    this.#ground(camera);
    const all = [...this.#things].map(([id, drawn]) => ({
      id,
      ...drawn,
      at: drawn.track.shown(drawnMs, nowMs)!,
    }));
    for (const { at, thing } of all) if (!thing.hasName) this.#gem(at);
    for (const each of all) if (each.thing.hasName) this.#runner(each);
    this.#crownArrow(camera);
  }

  #camera(drawnMs: number, nowMs: number): Camera {
    const { canvas, ratio } = { canvas: this.#canvas, ratio: devicePixelRatio };
    const [width, height] = [Math.round(innerWidth * ratio), Math.round(innerHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const own = this.#ownId === undefined ? undefined : this.#things.get(this.#ownId);
    const { x, y } = own?.track.shown(drawnMs, nowMs) ?? this.#view!.crown;
    return { x, y, width, height, scale: Math.max(width, height) / unitsShown };
  }

  #ground({ x, y, scale, width, height }: Camera): void {
    const pen = this.#pen;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = "#0b0e14";
    pen.fillRect(0, 0, width, height);
    pen.setTransform(scale, 0, 0, scale, width / 2 - x * scale, height / 2 - y * scale);
    pen.fillStyle = "#182130";
    pen.fillRect(0, 0, side, side);
    const [reachX, reachY] = [width / 2 / scale, height / 2 / scale];
    pen.fillStyle = "#1c2738";
    const tile = (at: number) => Math.floor(at / tileUnits);
    for (let column = Math.max(0, tile(x - reachX)); column <= Math.min(31, tile(x + reachX)); column++)
      for (let row = Math.max(0, tile(y - reachY)); row <= Math.min(31, tile(y + reachY)); row++)
        if ((column + row) % 2 === 0) pen.fillRect(column * tileUnits, row * tileUnits, tileUnits, tileUnits);
    pen.strokeStyle = "#3b4b64";
    pen.lineWidth = 8;
    pen.strokeRect(0, 0, side, side);
  }

  #gem({ x, y }: Pick<Placement, "x" | "y">): void {
    const pen = this.#pen;
    const size = 11;
    pen.fillStyle = "#57d6b5";
    pen.beginPath();
    for (const [across, down] of [
      [0, -size],
      [size, 0],
      [0, size],
      [-size, 0],
    ] as const)
      pen.lineTo(x + across, y + down);
    pen.fill();
    pen.fillStyle = "#c9fff0";
    pen.fillRect(x - 2, y - 4, 3, 3);
  }

  #runner({ id, thing, at }: { id: string; thing: SeenThing; at: Placement }): void {
    const pen = this.#pen;
    const { x, y, angle } = at;
    const color = thing.look === "away" ? "#5b6677" : colors[Number(id) % colors.length]!;
    if (thing.look === "dashing") {
      pen.strokeStyle = `${color}55`;
      pen.lineWidth = radius * 1.4;
      pen.lineCap = "round";
      pen.beginPath();
      pen.moveTo(x - Math.cos(angle) * 70, y - Math.sin(angle) * 70);
      pen.lineTo(x, y);
      pen.stroke();
    }
    pen.globalAlpha = thing.look === "bumped" ? 0.55 : 1;
    disc(pen, x, y, radius, color);
    pen.lineWidth = id === this.#ownId ? 4 : 2;
    pen.strokeStyle = id === this.#ownId ? "#ffffff" : "#0b0e14";
    pen.stroke();
    for (const turn of [-0.5, 0.5]) {
      const [eyeX, eyeY] = [x + Math.cos(angle + turn) * 13, y + Math.sin(angle + turn) * 13];
      disc(pen, eyeX, eyeY, 5.5, "#ffffff");
      disc(pen, eyeX + Math.cos(angle) * 2, eyeY + Math.sin(angle) * 2, 2.6, "#10141c");
    }
    pen.globalAlpha = 1;
    pen.textAlign = "center";
    pen.fillStyle = "#dfe6f2";
    pen.font = "600 15px system-ui, sans-serif";
    pen.fillText(`${thing.name} · ${thing.gems}`, x, y - radius - 9);
    if (thing.look === "waving") {
      pen.font = "24px system-ui, sans-serif";
      pen.fillText("👋", x + radius + 10, y - radius + 8);
    }
    const { crown } = this.#view!;
    if (Math.hypot(crown.x - thing.x, crown.y - thing.y) < 2) crownOver(pen, x, y - radius - 26);
  }

  /** Where the richest is, when that is not on the screen. */
  #crownArrow({ x, y, scale, width, height }: Camera): void {
    const { crown } = this.#view!;
    const [awayX, awayY] = [(crown.x - x) * scale, (crown.y - y) * scale];
    const margin = arrowPixels * devicePixelRatio;
    const [edgeX, edgeY] = [width / 2 - margin, height / 2 - margin];
    const over = Math.max(Math.abs(awayX) / edgeX, Math.abs(awayY) / edgeY);
    if (over <= 1) return;
    const pen = this.#pen;
    const [atX, atY] = [width / 2 + awayX / over, height / 2 + awayY / over];
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, atX, atY);
    crownOver(pen, 0, 6);
    pen.rotate(Math.atan2(awayY, awayX));
    pen.fillStyle = "#f2c94c";
    pen.beginPath();
    pen.moveTo(28, 0);
    pen.lineTo(19, -6);
    pen.lineTo(19, 6);
    pen.fill();
  }
}

function disc(pen: CanvasRenderingContext2D, x: number, y: number, size: number, color: string): void {
  pen.fillStyle = color;
  pen.beginPath();
  pen.arc(x, y, size, 0, 2 * Math.PI);
  pen.fill();
}

function crownOver(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.fillStyle = "#f2c94c";
  pen.beginPath();
  pen.moveTo(x - 14, y);
  for (const [across, up] of [
    [-16, 16],
    [-7, 8],
    [0, 20],
    [7, 8],
    [16, 16],
    [14, 0],
  ] as const)
    pen.lineTo(x + across, y - up);
  pen.fill();
}
