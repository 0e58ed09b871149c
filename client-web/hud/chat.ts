/** The chat: its lines, and an entry that opens with Enter and closes with Enter or Escape. */
import type { Seen } from "../../shared/games/arena/seen.ts";
import { element, setText } from "../element.ts";
import { chatLines } from "./lines.ts";

const lengthMax = 120;

export class Chat {
  readonly root = element("section", { class: "chat" });
  readonly #lines = chatLines();
  readonly #entry = element("input", { class: "chat-entry" });
  readonly #problem = element("p", { class: "problem" });
  readonly #say: (text: string) => Promise<string | undefined>;

  /** @param say sends a line; resolves with the reason if it was refused */
  constructor(say: (text: string) => Promise<string | undefined>) {
    this.#say = say;
    this.#entry.maxLength = lengthMax;
    this.#entry.placeholder = "Say something, Enter sends";
    this.#entry.setAttribute("aria-label", "Chat");
    this.#entry.hidden = true;
    this.#entry.addEventListener("keydown", (event) => this.#keyDown(event));
    this.#entry.addEventListener("blur", () => this.#close());
    this.root.append(this.#lines.root, this.#problem, this.#entry);
  }

  open(): void {
    this.#entry.hidden = false;
    this.#entry.focus();
  }

  show(lines: Seen["chat"]): void {
    this.#lines.show(lines);
  }

  #keyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === "Escape") this.#close();
    if (event.key !== "Enter") return;
    const text = this.#entry.value.trim();
    this.#close();
    if (text) void this.#send(text);
  }

  async #send(text: string): Promise<void> {
    const problem = await this.#say(text);
    setText(this.#problem, problem ?? "");
  }

  #close(): void {
    this.#entry.value = "";
    this.#entry.hidden = true;
    this.#entry.blur();
  }
}
