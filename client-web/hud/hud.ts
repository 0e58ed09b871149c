/** Everything that lies over the picture: clock, scores, feed, chat, own health and weapon, connection. */
import type { Point } from "../../shared/games/arena/map.ts";
import type { Seen, SeenPlayer } from "../../shared/games/arena/seen.ts";
import { button, element, setText } from "../element.ts";
import { Banner, type Situation } from "./banner.ts";
import { Chat } from "./chat.ts";
import { killFeed } from "./lines.ts";
import { Panels } from "./panels.ts";
import { Scoreboard } from "./scoreboard.ts";

/** An input on a good line is acknowledged within a tenth of a second. */
const slowLineMs = 250;

export interface HudActions {
  readonly say: (text: string) => Promise<string | undefined>;
  readonly chooseWeapon: (weapon: "blaster" | "rail") => void;
  readonly leave: () => void;
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
  readonly #health = element("span", { class: "health-value" });
  readonly #healthFill = element("span", { class: "health-fill" });
  readonly #weapons: Readonly<Record<"blaster" | "rail", HTMLButtonElement>>;
  readonly #status: HTMLElement;
  readonly #down = element("p", { class: "down" });
  readonly #panels: Panels;

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
    const leave = button("Leave", "leave", actions.leave);
    const corner = element("section", { class: "corner", children: [this.#link, chat, scores, leave] });
    const top = element("div", { class: "top", children: [this.#clock, this.#banner.root] });
    this.root.append(
      top,
      this.scoreboard.root,
      this.#feed.root,
      this.#down,
      this.chat.root,
      this.#status,
      corner,
    );
    this.#panels = new Panels([this.scoreboard.root, this.#feed.root, this.chat.root, this.#status, top]);
  }

  /** Nobody is hidden: a panel over one of these places, in CSS pixels, is seen through. */
  showThrough(places: readonly Point[], nowMs: number): void {
    this.#panels.showThrough(places, nowMs);
  }

  show({ seen, selfSeat, situation, ackMs }: HudContent): void {
    const self = selfSeat === undefined ? undefined : seen.players[selfSeat];
    setText(this.#clock, clockText(seen));
    this.#banner.show(situation);
    this.scoreboard.show(seen, selfSeat);
    this.#feed.show(seen.feed);
    this.chat.show(seen.chat);
    this.#showSelf(self, seen);
    setText(this.#link, selfSeat === undefined ? "watching" : lineText(ackMs));
  }

  #showSelf(self: SeenPlayer | undefined, seen: Seen): void {
    this.#status.hidden = self === undefined;
    if (!self) return;
    setText(this.#health, `${self.health}`);
    this.#healthFill.style.width = `${self.health}%`;
    this.#healthFill.classList.toggle("low", self.health <= 35);
    for (const [weapon, button] of Object.entries(this.#weapons)) {
      button.classList.toggle("chosen", weapon === self.weapon);
    }
    this.#down.hidden = self.alive || seen.phase !== "playing";
    if (self.alive) return;
    const shot = seen.feed.findLast(({ victim }) => victim === self.name);
    setText(this.#down, shot ? `${shot.killer} got you. Back in a moment…` : "Back in a moment…");
  }
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
