/**
 * A match of a game that has no picture here: what is seen of it as trees that follow it, its inputs and commands by what the
 * game declares, and what it tells. It draws nothing and predicts nothing.
 */
import { type ApiAccess, fetchGames } from "../../shared/client/api.ts";
import type { MatchConnection } from "../../shared/client/follow-match.ts";
import { steadyInputs } from "../../shared/client/steady-inputs.ts";
import type { NumericInput } from "../../shared/game/game.ts";
import type { GameInfo } from "../../shared/wire/games.ts";
import { button, element, setText } from "../element.ts";
import { codeInWords, inWords } from "../errors-in-words.ts";
import { leftInWords } from "../left-in-words.ts";
import type { MatchEnd } from "../match-screen.ts";
import { commandForm } from "./command-form.ts";
import { InputPad } from "./input-pad.ts";
import { ValueTree } from "./value-tree.ts";

export type AnyConnection = MatchConnection<NumericInput & Record<string, number>, object>;

/** Reading along takes longer than a patch. */
const showEveryMs = 100;
const eventsMax = 50;

/** Resolves when the player goes, or when the match is gone. @throws ApiError when the server does not know its game */
export async function showAnyMatch(
  host: HTMLElement,
  connection: AnyConnection,
  server: ApiAccess,
): Promise<MatchEnd> {
  const game = (await fetchGames(server)).find(({ name }) => name === connection.welcome.game);
  if (game === undefined) throw new Error(`the server has no game "${connection.welcome.game}" any more`);
  const screen = new AnyMatch(connection, game);
  host.replaceChildren(screen.root);
  try {
    return await screen.ended;
  } finally {
    screen.close();
  }
}

class AnyMatch {
  readonly root = element("div", { class: "any-match" });
  readonly ended: Promise<MatchEnd>;
  readonly #connection: AnyConnection;
  readonly #game: GameInfo;
  readonly #state = element("p", { class: "quiet" });
  readonly #trees = { all: new ValueTree(), own: new ValueTree(), sight: new ValueTree() };
  readonly #events = element("ol", { class: "events" });
  readonly #pad: InputPad;
  readonly #stops: (() => void)[] = [];

  constructor(connection: AnyConnection, game: GameInfo) {
    this.#connection = connection;
    this.#game = game;
    this.#pad = new InputPad(game.input);
    const { promise, resolve } = Promise.withResolvers<MatchEnd>();
    this.ended = promise;
    const leave = button("Leave", "", () => resolve({ next: "home", message: "" }));
    this.root.append(this.#head(leave), this.#seen(), this.#doing());
    this.#follow(resolve);
    this.#show();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#pad.close();
    void this.#connection.leave();
  }

  #head(leave: HTMLElement): HTMLElement {
    const { seat, matchId } = this.#connection.welcome;
    const place = seat === "spectator" ? "watching" : `seat ${seat}`;
    this.#state.setAttribute("role", "status");
    return element("header", {
      children: [
        element("h1", { text: this.#game.name }),
        element("p", { class: "quiet", text: `match ${matchId} · ${place}` }),
        ...[this.#state, leave],
      ],
    });
  }

  #seen(): HTMLElement {
    const { own, sight } = this.#game;
    return element("div", {
      class: "column",
      children: [
        ...(own === undefined ? [] : [panel("What only you see", this.#trees.own.root)]),
        panel("What everybody sees", this.#trees.all.root),
        ...(sight === undefined ? [] : [panel("What is in sight", this.#trees.sight.root)]),
      ],
    });
  }

  #doing(): HTMLElement {
    const { input, commands } = this.#game;
    const plays = this.#connection.welcome.seat !== "spectator";
    const forms = Object.entries(commands).map(([name, schema]) =>
      commandForm(name, schema, (payload) => this.#command(name, payload)),
    );
    return element("div", {
      class: "column",
      children: [
        ...(plays && Object.keys(input).length > 0 ? [panel("Inputs", this.#pad.root)] : []),
        ...(plays && forms.length > 0 ? [panel("Commands", ...forms)] : []),
        panel("What you are told", this.#events),
      ],
    });
  }

  #follow(end: (end: MatchEnd) => void): void {
    const { onEvent, onMissedEvents, onNotice, onState } = this.#connection;
    const timer = setInterval(() => this.#show(), showEveryMs);
    if (Object.keys(this.#game.input).length > 0)
      this.#stops.push(
        steadyInputs(this.#connection, () => this.#connection.sendInput({ ...this.#pad.values })),
      );
    this.#stops.push(
      () => clearInterval(timer),
      onEvent(({ name, payload }) => this.#told(name, payload)),
      onMissedEvents((count) => this.#told(`${count} messages were missed`)),
      onNotice(({ text }) => this.#told(text)),
      onState((state) => {
        if (state.kind === "over") this.#told("outcome", state.outcome);
        if (state.kind === "left" && this.#events.dataset.over === undefined)
          end({ next: "home", message: leftInWords(state) });
        if (state.kind === "over") this.#events.dataset.over = "";
      }),
    );
  }

  #show(): void {
    const { state, view } = this.#connection;
    setText(this.#state, stateWords[state.kind]);
    const { own, sight } = this.#game;
    // The SDK's decoded state knows its own plain form.
    const seen = shownForm((view as { toJSON(): object }).toJSON()) as Record<string, unknown>;
    const part = (field: string) => {
      const value = seen[field];
      delete seen[field];
      return Object(value ?? {}) as object;
    };
    if (own !== undefined) this.#trees.own.show(part(own));
    if (sight !== undefined) this.#trees.sight.show(part(sight));
    this.#trees.all.show(seen);
  }

  #told(name: string, payload: unknown = null): void {
    const text = payload === null ? name : `${name} ${JSON.stringify(payload)}`;
    this.#events.prepend(element("li", { text }));
    while (this.#events.childElementCount > eventsMax) this.#events.lastElementChild!.remove();
  }

  async #command(name: string, payload: unknown): Promise<string> {
    try {
      const answer = await this.#connection.command(name, payload);
      if (!answer.ok) return `not done: ${codeInWords(answer.reason)}`;
      return answer.data === undefined ? "done" : `done: ${JSON.stringify(answer.data)}`;
    } catch (error) {
      return inWords(error);
    }
  }
}

/** An optional `x` has a `hasX` beside it, which says whether it is there: here it is there, or a dash. */
function shownForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shownForm);
  if (typeof value !== "object" || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const flagOf = (key: string) => `has${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  const flags = new Set(Object.keys(given).map(flagOf));
  return Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => !flags.has(key))
      .map(([key, each]) => [key, given[flagOf(key)] === false ? null : shownForm(each)]),
  );
}

const stateWords: Readonly<Record<AnyConnection["state"]["kind"], string>> = {
  joining: "Joining…",
  playing: "",
  reconnecting: "Reconnecting…",
  over: "The match is over.",
  left: "The connection is closed.",
};

function panel(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element("section", { class: "panel", children: [element("h2", { text: title }), ...content] });
}
