/**
 * The match as a picture, drawn with PixiJS: with WebGL where possible, else on a plain canvas.
 * It shows the frame it is given and converts places of the map to places on the screen.
 */
// Stops Pixi from building functions from text, which the page's Content-Security-Policy forbids.
import "pixi.js/unsafe-eval";
import { Application, Container } from "pixi.js";
import { arenaMap, type Point } from "../../shared/games/arena/map.ts";
import type { Seen } from "../../shared/games/arena/seen.ts";
import type { Happening } from "../happenings.ts";
import type { DrawnPlayer } from "../moving-players.ts";
import { seatColor } from "../side-color.ts";
import { Ground } from "./ground.ts";
import { OwnMarks } from "./own-marks.ts";
import { palette } from "./palette.ts";
import { PlayerFigure } from "./player-figure.ts";
import { rendererChoice } from "./renderer-choice.ts";
import { Shots } from "./shots.ts";

/** Every player sees as much of the map, so that neither the size nor the shape of a window is an advantage. */
const seenArea = 1280 * 800;
/** Space around the map that is shown at most, in units. */
const margin = 100;
/** The part of the screen that the HUD leaves free: the focus is always in it, also at an edge of the map. */
const free = { from: 0.3, to: 0.68 };

export interface Frame {
  readonly seen: Seen;
  readonly players: readonly DrawnPlayer[];
  /** The server's tick with its fraction. */
  readonly tick: number;
  /** The point that the camera follows; undefined shows the whole map. */
  readonly focus: Point | undefined;
  readonly nowMs: number;
}

interface CameraSide {
  /** Pixels of the screen, units of the map. */
  readonly screen: number;
  readonly map: number;
  readonly focus: number | undefined;
  readonly scale: number;
}

export class ArenaPicture {
  readonly #app: Application;
  readonly #world = new Container();
  readonly #ground = new Ground(arenaMap);
  readonly #playerLayer = new Container();
  readonly #shots = new Shots();
  readonly #marks = new OwnMarks();
  readonly #figures = new Map<number, PlayerFigure>();
  readonly #alive = new Set<number>();

  /** @throws when the browser has neither WebGL nor a canvas for it */
  static async open(host: HTMLElement): Promise<ArenaPicture> {
    const app = new Application();
    await app.init({
      resizeTo: host,
      background: palette.outside,
      antialias: true,
      autoDensity: true,
      resolution: Math.min(2, devicePixelRatio),
      autoStart: false,
      sharedTicker: false,
      preference: rendererChoice(),
    });
    host.append(app.canvas);
    return new ArenaPicture(app);
  }

  private constructor(app: Application) {
    this.#app = app;
    this.#world.addChild(this.#ground.layer, this.#shots.layer, this.#playerLayer, this.#marks.layer);
    app.stage.addChild(this.#world);
  }

  get renderer(): string {
    return this.#app.renderer.name;
  }

  draw(frame: Frame): void {
    this.#aimCamera(frame.focus);
    this.#ground.showPickups(frame.seen.pickups, frame.nowMs);
    this.#showPlayers(frame);
    this.#shots.show(frame.seen, frame.tick, frame.nowMs);
    const own = frame.players.find(({ isSelf, alive }) => isSelf && alive);
    this.#marks.show(own, frame.tick, frame.nowMs);
    this.#app.render();
  }

  mark(happening: Happening, about: { nowMs: number; isRapid: boolean }): void {
    this.#marks.add(happening, about);
  }

  /** CSS pixels, as mouse events have them. */
  onScreen({ x, y }: Point): Point {
    const { scale, position } = this.#world;
    return { x: x * scale.x + position.x, y: y * scale.y + position.y };
  }

  close(): void {
    this.#app.destroy({ removeView: true }, { children: true });
  }

  #aimCamera(focus: Point | undefined): void {
    const { width, height } = this.#app.screen;
    const whole = Math.min(width / (arenaMap.width + 2 * margin), height / (arenaMap.height + 2 * margin));
    const scale = focus ? Math.sqrt((width * height) / seenArea) : whole;
    this.#world.scale.set(scale);
    this.#world.position.set(
      cameraOffset({ screen: width, map: arenaMap.width, focus: focus?.x, scale }),
      cameraOffset({ screen: height, map: arenaMap.height, focus: focus?.y, scale }),
    );
  }

  #showPlayers({ seen, players, nowMs }: Frame): void {
    for (const player of players) {
      const wasAlive = this.#alive.has(player.seat);
      const { x, y, seat } = player;
      const color = seatColor(seen, seat);
      const figure = this.#figure(player);
      figure.paint(color);
      const isHurt = figure.show(player, nowMs, this.#world.scale.x);
      if (wasAlive && !player.alive) this.#shots.addRing({ x, y, color, radius: 70, bornAtMs: nowMs });
      else if (wasAlive && isHurt) this.#shots.addRing({ x, y, color, radius: 30, bornAtMs: nowMs });
      if (player.alive) this.#alive.add(seat);
      else this.#alive.delete(seat);
    }
    this.#removeOthers(new Set(players.map(({ seat }) => seat)));
  }

  #figure(player: DrawnPlayer): PlayerFigure {
    const known = this.#figures.get(player.seat);
    if (known) return known;
    const figure = new PlayerFigure(player);
    this.#figures.set(player.seat, figure);
    this.#playerLayer.addChild(figure.layer);
    return figure;
  }

  #removeOthers(seats: ReadonlySet<number>): void {
    for (const [seat, figure] of this.#figures) {
      if (seats.has(seat)) continue;
      figure.layer.destroy({ children: true });
      this.#figures.delete(seat);
      this.#alive.delete(seat);
    }
  }
}

/** Shows little beyond the map, as far as the focus stays where the HUD hides nothing. */
function cameraOffset({ screen, map, focus, scale }: CameraSide): number {
  const middle = screen / 2 - (focus ?? map / 2) * scale;
  if (focus === undefined) return middle;
  const most = margin * scale;
  const least = screen - (map + margin) * scale;
  const inMap = least > most ? (screen - map * scale) / 2 : Math.max(least, Math.min(most, middle));
  const shown = inMap + focus * scale;
  return inMap + Math.max(free.from * screen, Math.min(free.to * screen, shown)) - shown;
}
