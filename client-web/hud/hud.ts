/** Everything that lies over the picture: clock, scores, feed, chat, own health and weapon, connection. */
import type { Point } from "../../shared/games/arena/map.ts";
import { stepsPerSecond } from "../../shared/games/arena/movement.ts";
import { respawnTicks } from "../../shared/games/arena/rules/damage.ts";
import type { Seen, SeenPlayer } from "../../shared/games/arena/seen.ts";
import { button, element, setText } from "../element.ts";
import type { Happening } from "../happenings.ts";
import type { Sounds } from "../sounds.ts";
import { Banner, type Situation } from "./banner.ts";
import { Chat } from "./chat.ts";
import { killFeed } from "./lines.ts";
import { Panels } from "./panels.ts";
import { Scoreboard } from "./scoreboard.ts";

/** An input on a good line is acknowledged within a tenth of a second. */
const slowLineMs = 250;

const killShownMs = 1800;
const respawnMs = (respawnTicks * 1000) / stepsPerSecond;

export interface HudActions {
  readonly say: (text: string) => Promise<string | undefined>;
  readonly chooseWeapon: (weapon: "blaster" | "rail") => void;
  readonly leave: () => void;
  readonly openMenu: () => void;
  readonly sounds: Sounds;
}

export interface HudContent {
  readonly seen: Seen;
  readonly selfSeat: number | undefined;
  readonly situation: Situation;
  /** Time from an input to its acknowledgement in ms; undefined before the first one. */
  readonly ackMs: number | undefined;
}

export class Hud {
  readonly root = element("div", { class: "hud" });
  readonly chat: Chat;
  readonly scoreboard = new Scoreboard();
  readonly #banner = new Banner();
  readonly #feed = killFeed();
  readonly #clock = element("p", { class: "clock panel" });
  readonly #link = element("p", { class: "link" });
  readonly #corner = element("section", { class: "corner" });
  readonly #sounds: Sounds;
  readonly #sound = button("", "sound", () => {});
  #reload: HTMLButtonElement | undefined;
  readonly #health = element("span", { class: "health-value" });
  readonly #healthFill = element("span", { class: "health-fill" });
  readonly #weapons: Readonly<Record<"blaster" | "rail", HTMLButtonElement>>;
  readonly #status: HTMLElement;
  readonly #down = element("p", { class: "down" });
  readonly #panels: Panels;
  readonly #kill = element("p", { class: "kill" });
  #killedAtMs = Number.NEGATIVE_INFINITY;
  #diedAtMs = Number.NEGATIVE_INFINITY;

  constructor(actions: HudActions) {
    this.chat = new Chat(actions.say);
    this.#weapons = {
      blaster: weaponButton("1 Blaster", () => actions.chooseWeapon("blaster")),
      rail: weaponButton("2 Rail", () => actions.chooseWeapon("rail")),
    };
    const health = element("span", { class: "health", children: [this.#healthFill, this.#health] });
    const weapons = [this.#weapons.blaster, this.#weapons.rail];
    this.#status = element("section", { class: "status panel", children: [health, ...weapons] });
    const chat = button("Chat", "for-thumbs", () => this.chat.open());
    const scores = button("Scores", "for-thumbs", () => this.scoreboard.setWide(!this.scoreboard.isWide));
    const menu = button("Menu", "menu-opener", () => actions.openMenu());
    const leave = button("Leave", "leave", actions.leave);
    this.#sounds = actions.sounds;
    const sound = this.#sound;
    sound.addEventListener("click", () => {
      actions.sounds.switch();
      // The next space is a shot, and not a press of this button.
      sound.blur();
    });
    this.#corner.append(this.#link, chat, scores, sound, menu, leave);
    const top = element("div", { class: "top", children: [this.#clock, this.#banner.root] });
    this.root.append(
      top,
      this.scoreboard.root,
      this.#feed.root,
      this.#down,
      this.#kill,
      this.chat.root,
      this.#status,
      this.#corner,
    );
    this.#panels = new Panels([this.scoreboard.root, this.#feed.root, this.chat.root, this.#status, top]);
  }

  /** The server has another page than this one. A reload leads back into the seat. */
  offerReload(reload: () => void): void {
    this.#reload ??= button("New page: reload", "reload", reload);
    this.#corner.prepend(this.#reload);
  }

  /** Nobody is hidden: a panel over one of these places, in CSS pixels, is seen through. */
  showThrough(places: readonly Point[], nowMs: number): void {
    this.#panels.showThrough(places, nowMs);
  }

  happened(happening: Happening, nowMs: number): void {
    if (happening.kind === "death") this.#diedAtMs = nowMs;
    if (happening.kind !== "kill") return;
    setText(this.#kill, `You got ${happening.victim}`);
    this.#killedAtMs = nowMs;
  }

  show({ seen, selfSeat, situation, ackMs }: HudContent): void {
    const self = selfSeat === undefined ? undefined : seen.players[selfSeat];
    setText(this.#clock, clockText(seen));
    setText(this.#sound, soundText(this.#sounds));
    this.#banner.show(situation);
    this.scoreboard.show(seen, selfSeat);
    this.#feed.show(seen.feed);
    this.chat.show(seen.chat);
    this.#showSelf(self, seen, situation.nowMs);
    this.#kill.hidden = situation.nowMs - this.#killedAtMs > killShownMs;
    setText(this.#link, selfSeat === undefined ? "watching" : lineText(ackMs));
  }

  #showSelf(self: SeenPlayer | undefined, seen: Seen, nowMs: number): void {
    this.#status.hidden = self === undefined;
    if (!self) return;
    setText(this.#health, `${self.health}`);
    this.#healthFill.style.width = `${self.health}%`;
    const isLow = self.health <= 35;
    this.#healthFill.classList.toggle("low", isLow);
    this.root.classList.toggle("low", isLow && self.alive);
    for (const [weapon, button] of Object.entries(this.#weapons)) {
      button.classList.toggle("chosen", weapon === self.weapon);
    }
    this.#down.hidden = self.alive || seen.phase !== "playing";
    if (self.alive) return;
    const shot = seen.feed.findLast(({ victim }) => victim === self.name);
    const leftMs = Math.max(0, respawnMs - (nowMs - this.#diedAtMs));
    const back =
      leftMs > 0 && leftMs <= respawnMs ? `Back in ${(leftMs / 1000).toFixed(1)} s` : "Back in a moment…";
    setText(this.#down, shot ? `${shot.killer} got you. ${back}` : back);
  }
}

function soundText({ isOn }: Sounds): string {
  return isOn ? "Sound on" : "Sound off";
}

/** Said only when the line makes a difference: what is done then is seen late. */
function lineText(ackMs = 0): string {
  if (ackMs < slowLineMs) return "";
  return `Slow line: what you do takes ${(ackMs / 1000).toFixed(1)} s`;
}

function clockText({ phase, secondsLeft }: Seen): string {
  const minutes = Math.floor(secondsLeft / 60);
  const text = `${minutes}:${String(secondsLeft % 60).padStart(2, "0")}`;
  return phase === "waiting" ? `${text} · waiting for players` : text;
}

function weaponButton(text: string, choose: () => void): HTMLButtonElement {
  const button = element("button", { class: "weapon-choice", text });
  // It must not take the focus: Enter and space belong to the game.
  button.tabIndex = -1;
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", choose);
  return button;
}
