/**
 * The menu over a match, on Escape: which keys do what, loudness, colours, motion, and leaving, which says first what it costs.
 * The match goes on behind it. It changes preferences; what they mean, others know.
 */
import { button, element, setText } from "../element.ts";
import { type ColorChoice, colorChoices, colorNames } from "../side-color.ts";
import {
  actionNames,
  type KeyAction,
  keyActions,
  keysInWords,
  menuKey,
  rebound,
  usualBindings,
} from "./key-bindings.ts";
import type { OwnPreferences } from "./preferences.ts";
import "./menu.css";

export interface MenuParts {
  readonly preferences: OwnPreferences;
  /** What leaving now costs; undefined: nothing. */
  readonly costOfLeaving: () => string | undefined;
  readonly leave: () => void;
  /** Who chooses a loudness wants to hear something. */
  readonly switchSoundOn: () => void;
}

export class Menu {
  readonly root = element("dialog", { class: "menu panel" });
  readonly #parts: MenuParts;
  readonly #cost = element("p", { class: "cost" });
  readonly #leave: HTMLButtonElement;
  readonly #keys = new Map<KeyAction, HTMLButtonElement>();
  readonly #said = element("p", { class: "quiet" });
  #asks: KeyAction | undefined;

  constructor(parts: MenuParts) {
    this.#parts = parts;
    const title = element("h2", { text: "Menu" });
    title.id = "menu-title";
    this.root.setAttribute("aria-labelledby", title.id);
    this.#said.setAttribute("role", "status");
    this.#leave = button("Leave the match", "leave", () => parts.leave());
    const back = button("Back to the match", "primary", () => this.root.close());
    back.autofocus = true;
    this.root.append(
      element("header", { class: "row", children: [title, back] }),
      this.#volume(),
      this.#colors(),
      this.#motion(),
      element("section", { class: "leaving", children: [this.#cost, this.#leave] }),
      this.#keyTable(),
    );
    this.root.addEventListener("keydown", (event) => this.#keyDown(event));
    this.root.addEventListener("close", () => this.#ask(undefined));
    this.root.addEventListener("click", ({ target }) => target === this.root && this.root.close());
  }

  get isOpen(): boolean {
    return this.root.open;
  }

  open(): void {
    if (this.isOpen) return;
    const cost = this.#parts.costOfLeaving();
    setText(this.#cost, cost ?? "");
    setText(this.#leave, cost === undefined ? "Leave the match" : "Leave all the same");
    this.#showKeys();
    this.root.showModal();
  }

  #volume(): HTMLElement {
    const { preferences } = this.#parts;
    const slider = element("input");
    Object.assign(slider, { type: "range", min: "0", max: "1", step: "0.1" });
    slider.value = String(preferences.now.loudness);
    slider.addEventListener("input", () => {
      preferences.change({ loudness: Number(slider.value) });
      this.#parts.switchSoundOn();
    });
    return labelled("Sound", slider);
  }

  #colors(): HTMLElement {
    const { preferences } = this.#parts;
    const choice = element("select", {
      children: colorChoices.map((value) => {
        const option = element("option", { text: colorNames[value] });
        option.value = value;
        return option;
      }),
    });
    choice.value = preferences.now.colors;
    choice.addEventListener("change", () => preferences.change({ colors: choice.value as ColorChoice }));
    return labelled("Colours", choice);
  }

  #motion(): HTMLElement {
    const { preferences } = this.#parts;
    const box = element("input");
    box.type = "checkbox";
    box.checked = preferences.now.lessMotion;
    box.addEventListener("change", () => preferences.change({ lessMotion: box.checked }));
    return labelled("Less motion", box);
  }

  #keyTable(): HTMLElement {
    const rows = keyActions.map((action) => {
      const key = button("", "key", () => this.#ask(action));
      this.#keys.set(action, key);
      return element("li", { children: [element("span", { text: actionNames[action] }), key] });
    });
    const reset = button("Reset keys", "reset", () => {
      this.#parts.preferences.change({ keys: usualBindings });
      this.#ask(undefined);
    });
    return element("section", {
      class: "keys-chosen",
      children: [
        element("h3", { text: "Keys" }),
        element("ul", { children: rows }),
        element("div", { class: "row", children: [reset, this.#said] }),
      ],
    });
  }

  /** The next key that is pressed is for this action; undefined: for none. */
  #ask(action: KeyAction | undefined): void {
    this.#asks = action;
    setText(
      this.#said,
      action === undefined ? "" : `Press the key for “${actionNames[action]}”. Escape keeps it.`,
    );
    this.#showKeys();
  }

  #showKeys(): void {
    const { keys } = this.#parts.preferences.now;
    for (const [action, key] of this.#keys) {
      setText(key, this.#asks === action ? "…" : keysInWords(keys[action]));
      key.setAttribute("aria-label", `${actionNames[action]}: ${keysInWords(keys[action])}. Change`);
    }
  }

  #keyDown(event: KeyboardEvent): void {
    // What is pressed here is not for the match.
    event.stopPropagation();
    const action = this.#asks;
    if (action === undefined) return;
    event.preventDefault();
    if (event.code !== menuKey) {
      const { preferences } = this.#parts;
      preferences.change({ keys: rebound(preferences.now.keys, action, event.code) });
    }
    this.#ask(undefined);
  }
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return element("label", { class: "choice", children: [element("span", { text }), control] });
}
