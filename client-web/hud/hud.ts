/** Everything that lies over the picture: clock, scores, feed, chat, own health and weapon, connection. */
import type { Seen, SeenPlayer } from "../../shared/games/arena/seen.ts";
import { element, setText } from "../element.ts";
import { Banner, type Situation } from "./banner.ts";
import { Chat } from "./chat.ts";
import { killFeed } from "./lines.ts";
import { Scoreboard } from "./scoreboard.ts";

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

  constructor(actions: HudActions) {
    this.chat = new Chat(actions.say);
    this.#weapons = {
      blaster: weaponButton("1 Blaster", () => actions.chooseWeapon("blaster")),
      rail: weaponButton("2 Rail", () => actions.chooseWeapon("rail")),
    };
    const health = element("span", { class: "health", children: [this.#healthFill, this.#health] });
    const weapons = [this.#weapons.blaster, this.#weapons.rail];
    this.#status = element("section", { class: "status panel", children: [health, ...weapons] });
    const leave = element("button", { class: "leave", text: "Leave" });
    leave.addEventListener("click", actions.leave);
    const corner = element("section", { class: "corner", children: [this.#link, leave] });
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
  }

  show({ seen, selfSeat, situation, ackMs }: HudContent): void {
    const self = selfSeat === undefined ? undefined : seen.players[selfSeat];
    setText(this.#clock, clockText(seen));
    this.#banner.show(situation);
    this.scoreboard.show(seen, selfSeat);
    this.#feed.show(seen.feed);
    this.chat.show(seen.chat);
    this.#showSelf(self, seen);
    const role =
      selfSeat === undefined ? "watching" : `ack ${ackMs === undefined ? "–" : Math.round(ackMs)} ms`;
    setText(this.#link, `${role} · tick ${seen.tick}`);
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
