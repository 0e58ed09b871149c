/** One player: a disc in their side's colour with a gun, a name above, and a bar of health. */
import { Container, Graphics, Text } from "pixi.js";
import { playerRadius } from "../../shared/games/arena/movement.ts";
import type { DrawnPlayer } from "../moving-players.ts";
import { palette, pickupColors } from "./palette.ts";

const barWidth = 40;
const flashMs = 140;
const fullHealth = 100;

export class PlayerFigure {
  readonly layer = new Container();
  readonly #body = new Container();
  readonly #glow = new Graphics();
  readonly #flash = new Graphics().circle(0, 0, playerRadius).fill(palette.flash);
  readonly #bar = new Graphics();
  readonly #name: Text;
  readonly #disc = new Graphics();
  readonly #isSelf: boolean;
  #shownColor = "";
  #shownHealth = -1;
  #shownGlow = "";
  #flashedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ isSelf, name }: DrawnPlayer) {
    this.#isSelf = isSelf;
    const gun = new Graphics().roundRect(6, -4, playerRadius + 10, 8, 3).fill(palette.text);
    this.#body.addChild(gun, this.#disc, this.#flash);
    const style = {
      fill: palette.text,
      fontSize: 26,
      fontFamily: "system-ui, sans-serif",
      fontWeight: "600",
    } as const;
    this.#name = new Text({ text: name, style });
    this.#name.anchor.set(0.5, 1);
    this.#name.y = -playerRadius - 14;
    this.layer.addChild(this.#glow, this.#body, this.#bar, this.#name);
  }

  /**
   * @param zoom screen pixels per unit; keeps names readable when the whole map is shown
   * @returns true when the player has just been hurt
   */
  show(player: DrawnPlayer, nowMs: number, zoom: number): boolean {
    // Drawn at twice the size and scaled to half, so that it is sharp when the camera is close.
    this.#name.scale.set(0.5 * Math.max(1, 0.9 / zoom));
    this.layer.visible = player.alive;
    this.layer.position.set(player.x, player.y);
    this.layer.alpha = player.connected ? 1 : 0.45;
    this.#body.rotation = player.angle;
    if (this.#name.text !== player.name) this.#name.text = player.name;
    const isHurt = player.health < this.#shownHealth;
    if (isHurt) this.#flashedAtMs = nowMs;
    this.#flash.alpha = Math.max(0, 0.8 * (1 - (nowMs - this.#flashedAtMs) / flashMs));
    this.#showHealth(player.health);
    this.#showEffects(player);
    return isHurt;
  }

  /** A player may choose other colours while they play. */
  paint(color: string): void {
    if (color === this.#shownColor) return;
    this.#shownColor = color;
    const isSelf = this.#isSelf;
    this.#disc.clear().circle(0, 0, playerRadius).fill(color);
    this.#disc.stroke({ color: isSelf ? palette.flash : palette.outside, width: isSelf ? 3 : 2 });
  }

  #showHealth(health: number): void {
    if (health === this.#shownHealth) return;
    this.#shownHealth = health;
    const color = health > 35 ? palette.healthGood : palette.healthLow;
    const y = -playerRadius - 12;
    this.#bar
      .clear()
      .roundRect(-barWidth / 2 - 1, y - 1, barWidth + 2, 6, 3)
      .fill(palette.healthBack);
    if (health > 0) this.#bar.roundRect(-barWidth / 2, y, (barWidth * health) / fullHealth, 4, 2).fill(color);
  }

  #showEffects({ rapid, double, isSafe }: DrawnPlayer): void {
    const wanted = `${rapid}${double}${isSafe}`;
    if (wanted === this.#shownGlow) return;
    this.#shownGlow = wanted;
    this.#glow.clear();
    if (isSafe)
      this.#glow
        .circle(0, 0, playerRadius + 14)
        .fill({ color: palette.safe, alpha: 0.12 })
        .stroke({ color: palette.safe, width: 2, alpha: 0.7 });
    if (rapid)
      this.#glow.circle(0, 0, playerRadius + 5).stroke({ color: pickupColors.rapid, width: 3, alpha: 0.8 });
    if (double)
      this.#glow.circle(0, 0, playerRadius + 9).stroke({ color: pickupColors.double, width: 3, alpha: 0.8 });
  }
}
