/**
 * The match as a picture, drawn with PixiJS: with WebGL where possible, else on a plain canvas.
 * It shows the frame it is given and converts places of the map to places on the screen.
 */
// Stops Pixi from building functions from text, which the page's Content-Security-Policy forbids.
import "pixi.js/unsafe-eval";
import { Application, Container } from "pixi.js";
import { arenaMap, type Point } from "../../shared/games/arena/map.ts";
import type { Seen } from "../../shared/games/arena/seen.ts";
import type { DrawnPlayer } from "../moving-players.ts";
import { seatColor } from "../side-color.ts";
import { Ground } from "./ground.ts";
import { palette } from "./palette.ts";
import { PlayerFigure } from "./player-figure.ts";
import { rendererChoice } from "./renderer-choice.ts";
import { Shots } from "./shots.ts";

/** Every player sees this much of the map, so that a larger window is no advantage. */
const seenWidth = 1280;
const seenHeight = 800;
/** Space around the map, as high as the HUD at the lower edge, which must not hide a player. */
const margin = 100;

export interface Frame {
  readonly seen: Seen;
  readonly players: readonly DrawnPlayer[];
  /** The server's tick with its fraction. */
  readonly tick: number;
  /** The point that the camera follows; undefined shows the whole map. */
  readonly focus: Point | undefined;
  readonly nowMs: number;
}

export class ArenaPicture {
  readonly #app: Application;
  readonly #world = new Container();
  readonly #ground = new Ground(arenaMap);
  readonly #playerLayer = new Container();
  readonly #shots = new Shots();
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
    this.#world.addChild(this.#ground.layer, this.#shots.layer, this.#playerLayer);
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
    this.#app.render();
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
    const scale = focus ? Math.max(whole, width / seenWidth, height / seenHeight) : whole;
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
      const isHurt = this.#figure(player, color).show(player, nowMs, this.#world.scale.x);
      if (wasAlive && !player.alive) this.#shots.addRing({ x, y, color, radius: 70, bornAtMs: nowMs });
      else if (wasAlive && isHurt) this.#shots.addRing({ x, y, color, radius: 30, bornAtMs: nowMs });
      if (player.alive) this.#alive.add(seat);
      else this.#alive.delete(seat);
    }
    this.#removeOthers(new Set(players.map(({ seat }) => seat)));
  }

  #figure(player: DrawnPlayer, color: string): PlayerFigure {
    const known = this.#figures.get(player.seat);
    if (known) return known;
    const figure = new PlayerFigure(player, color);
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

/** Keeps the focus in the middle, but shows at most `margin` beyond the map. */
function cameraOffset(side: {
  screen: number;
  map: number;
  focus: number | undefined;
  scale: number;
}): number {
  const { screen, map, scale } = side;
  const middle = screen / 2 - (side.focus ?? map / 2) * scale;
  const most = margin * scale;
  const least = screen - (map + margin) * scale;
  return least > most ? (screen - map * scale) / 2 : Math.max(least, Math.min(most, middle));
}
