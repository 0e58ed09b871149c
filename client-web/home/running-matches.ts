/** The running matches: to watch, or to join if a seat is free and no queue gives it out. */
import { type ApiAccess, fetchMatches } from "../../shared/client/api.ts";
import type { MatchInfo } from "../../shared/wire/api.ts";
import { button, element } from "../element.ts";
import { queueTitle } from "../queue/queue-words.ts";

export interface OpenChoice {
  readonly kind: "open";
  readonly spectate: boolean;
  /** Undefined means any match. */
  readonly matchId?: string;
}

type Choose = (choice: OpenChoice) => void;

export class RunningMatches {
  readonly root = element("section", { class: "running panel" });
  readonly #list = element("ul", { class: "matches" });
  readonly #game: string;
  readonly #choose: Choose;

  constructor(game: string, choose: Choose) {
    this.#game = game;
    this.#choose = choose;
    this.root.append(element("h2", { text: "Running matches" }), this.#list);
  }

  async refresh(access: ApiAccess): Promise<void> {
    this.#list.replaceChildren(...(await this.#rows(access)));
  }

  async #rows(access: ApiAccess): Promise<HTMLElement[]> {
    try {
      const all = await fetchMatches({ ...access, attemptsMax: 1 });
      const matches = all.filter(({ game }) => game === this.#game);
      if (matches.length > 0) return matches.map((match) => matchRow(match, this.#choose));
      return [element("li", { class: "quiet", text: "None yet." })];
    } catch {
      return [element("li", { class: "quiet", text: "The server does not answer. Trying again…" })];
    }
  }
}

function matchRow({ id, game, queue, seats, startedAt }: MatchInfo, choose: Choose): HTMLElement {
  const from = queue === undefined ? "" : `${queueTitle({ name: queue, game })} · `;
  const age = element("span", {
    class: "age",
    text: `${from}${seats.taken} of ${seats.max} · ${minutesSince(startedAt)}`,
  });
  const join = button("Join", "", () => choose({ kind: "open", spectate: false, matchId: id }));
  join.disabled = seats.taken >= seats.max;
  const watch = button("Watch", "", () => choose({ kind: "open", spectate: true, matchId: id }));
  const ways = queue === undefined ? [join, watch] : [watch];
  return element("li", { children: [element("code", { text: id }), age, ...ways] });
}

function minutesSince(startedAt: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(startedAt)) / 60_000);
  return minutes >= 1 ? `for ${minutes} min` : "just started";
}
