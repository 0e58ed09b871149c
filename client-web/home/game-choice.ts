/** Which game of the server the page is about: the one that was chosen in this browser, else the first. It is not shown where there is one. */
import { type ApiAccess, fetchGames } from "../../shared/client/api.ts";
import { element } from "../element.ts";

const gameKey = "holdfast-game";

/** Until the server's games are known: the one that this page has a picture of. */
export function lastGame(): string {
  return localStorage.getItem(gameKey) ?? "arena";
}

export class GameChoice {
  readonly root = element("label", { class: "game-choice", text: "Game " });
  readonly #select = element("select");
  readonly #game: string;
  readonly #choose: (game: string) => void;
  #isKnown = false;

  constructor(game: string, choose: (game: string) => void) {
    this.#game = game;
    this.#choose = (chosen) => {
      localStorage.setItem(gameKey, chosen);
      choose(chosen);
    };
    this.root.append(this.#select);
    this.root.hidden = true;
    this.#select.addEventListener("change", () => this.#choose(this.#select.value));
  }

  /** Repeated until it is answered. A game that is not there, or that nobody has chosen, gives way to the first. */
  async refresh(access: ApiAccess): Promise<void> {
    if (this.#isKnown) return;
    const games = await fetchGames({ ...access, attemptsMax: 1 }).catch(() => []);
    if (games.length === 0) return;
    this.#isKnown = true;
    const names = games.map(({ name }) => name);
    const isKept = names.includes(this.#game) && localStorage.getItem(gameKey) !== null;
    if (!isKept && names[0] !== this.#game) this.#choose(names[0]!);
    this.#select.replaceChildren(...names.map((name) => element("option", { text: name })));
    this.#select.value = this.#game;
    this.root.hidden = names.length < 2;
  }
}
