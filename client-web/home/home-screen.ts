/**
 * The start page: a name, the queues, the party, the leaderboard and the running matches. It is shown until
 * the player, or the leader of their party, has chosen how to go on.
 */
import type { ApiAccess } from "../../shared/client/api.ts";
import { fetchQueues } from "../../shared/client/ratings.ts";
import type { QueueInfo } from "../../shared/wire/tickets.ts";
import { button, element, problemLine, setText } from "../element.ts";
import { inWords } from "../errors-in-words.ts";
import type { OwnParty } from "../party/own-party.ts";
import { PartyBox } from "../party/party-box.ts";
import { playWords } from "../party/party-words.ts";
import { cleanName, nameLengthMax, type PagePlayer } from "../player/player.ts";
import { queueTitle } from "../queue/queue-words.ts";
import { standingWords } from "../rating/rating-words.ts";
import { fetchStanding, type Standing } from "../rating/standing.ts";
import { refreshEvery } from "../refresh.ts";
import { foot } from "./foot.ts";
import { GameChoice } from "./game-choice.ts";
import { Leaderboard } from "./leaderboard.ts";
import { QueueCards } from "./queue-cards.ts";
import { type OpenChoice, RunningMatches } from "./running-matches.ts";

const refreshMs = { matches: 2_000, standing: 10_000, party: 1_000, queues: 2_000 };
const chosenKey = "holdfast-queue";

export type HomeChoice =
  | OpenChoice
  /** Another game of this server: the page begins anew with it. */
  | { readonly kind: "game"; readonly game: string }
  /** `ticketId` is the ticket of the party, when its leader queued. */
  | { readonly kind: "queue"; readonly queue: QueueInfo; readonly ticketId?: string };

export interface HomeParts {
  readonly server: ApiAccess;
  readonly player: PagePlayer;
  readonly party: OwnParty;
  /** The one that is chosen. */
  readonly game: string;
}

/** @param message what went wrong before, if anything */
export async function askHowToPlay(host: HTMLElement, parts: HomeParts, message = ""): Promise<HomeChoice> {
  const screen = new HomeScreen(host, parts, message);
  try {
    return await screen.chosen;
  } finally {
    screen.close();
  }
}

class HomeScreen {
  readonly chosen: Promise<HomeChoice>;
  readonly #parts: HomeParts;
  readonly #choose: (choice: HomeChoice) => void;
  readonly #name: HTMLInputElement;
  readonly #cards = new QueueCards((queue) => this.#queueChosen(queue));
  readonly #play = element("button", { class: "primary play", text: "Play" });
  readonly #why = element("p", { class: "quiet" });
  readonly #standingLine = element("p", { class: "standing" });
  readonly #nameNote = element("p", { class: "quiet" });
  readonly #problem: HTMLElement;
  readonly #leaderboard = new Leaderboard();
  readonly #running: RunningMatches;
  readonly #games: GameChoice;
  readonly #partyBox: PartyBox;
  readonly #stops: (() => void)[] = [];
  /** Undefined until they are known. */
  #queues: readonly QueueInfo[] | undefined;
  #queue: QueueInfo | undefined;
  #standing: Standing | undefined;

  constructor(host: HTMLElement, parts: HomeParts, message: string) {
    this.#parts = parts;
    const { promise, resolve } = Promise.withResolvers<HomeChoice>();
    this.chosen = promise;
    this.#choose = resolve;
    this.#problem = problemLine(message);
    this.#name = nameField(parts.player.name);
    this.#name.addEventListener("input", () => this.#show());
    const choose = (choice: OpenChoice) => void this.#named().then(() => resolve(choice));
    this.#running = new RunningMatches(parts.game, choose);
    this.#games = new GameChoice(parts.game, (game) => resolve({ kind: "game", game }));
    this.#partyBox = new PartyBox(parts, { change: () => this.#show(), named: () => this.#named() });
    host.replaceChildren(this.#page(choose));
    this.#show();
    // On a phone a keyboard would cover the page.
    if (!parts.player.name && matchMedia("(pointer: fine)").matches) this.#name.focus();
    const { matches, standing, party, queues } = refreshMs;
    this.#stops.push(
      refreshEvery(queues, () => this.#games.refresh(parts.server)),
      refreshEvery(queues, () => this.#refreshQueues()),
      refreshEvery(standing, () => this.#refreshStanding()),
      refreshEvery(party, () => this.#refreshParty()),
      refreshEvery(matches, () => this.#running.refresh(parts.server)),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  #page(choose: (choice: OpenChoice) => void): HTMLElement {
    const { game } = this.#parts;
    const quick = button("Quick join", "", () => choose({ kind: "open", spectate: false }));
    quick.title = "A seat in any open match at once: no queue, no rating";
    const form = element("form", {
      class: "panel play-form",
      children: [
        ...[this.#games.root, this.#name, this.#nameNote, this.#cards.root, this.#standingLine],
        element("div", { class: "buttons", children: [this.#play, quick] }),
        ...[this.#why, this.#problem],
      ],
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const queue = this.#queue;
      if (queue && !this.#play.disabled)
        void this.#named().then(() => this.#choose({ kind: "queue", queue }));
    });
    const left = element("div", { class: "column", children: [form, this.#partyBox.root] });
    const right = element("div", { class: "column", children: [this.#leaderboard.root, this.#running.root] });
    return element("div", { class: "home", children: [heading(game), left, right, foot(game)] });
  }

  /** Makes the typed name the player's. */
  async #named(): Promise<void> {
    if (this.#parts.party.info) return;
    await this.#parts.player.rename(this.#name.value);
    this.#name.value = this.#parts.player.name;
  }

  #queueChosen(queue: QueueInfo): void {
    this.#queue = queue;
    this.#standing = undefined;
    localStorage.setItem(chosenKey, queue.name);
    this.#show();
    void this.#refreshStanding();
  }

  /** Repeated until it is answered; the queues of a server do not change while it runs. */
  async #refreshQueues(): Promise<void> {
    if (this.#queues !== undefined) return;
    const { server, game } = this.#parts;
    try {
      const all = await fetchQueues({ ...server, attemptsMax: 1 });
      this.#queues = all.filter((queue) => queue.game === game);
    } catch (error) {
      setText(this.#problem, inWords(error));
      return;
    }
    // A game without queues is played in open matches, and nobody has a rank in it.
    for (const part of [this.#play, this.#cards.root, this.#leaderboard.root, this.#partyBox.root])
      part.hidden = this.#queues.length === 0;
    const last = localStorage.getItem(chosenKey);
    const queue = this.#queues.find(({ name }) => name === last) ?? this.#queues[0];
    if (!queue) return;
    this.#cards.show(this.#queues, queue);
    this.#queueChosen(queue);
  }

  async #refreshStanding(): Promise<void> {
    const queue = this.#queue;
    const { server, player } = this.#parts;
    if (!queue) return;
    const access = { ...server, attemptsMax: 1 };
    const standing = await fetchStanding(access, queue.name, player.userId).catch(() => undefined);
    // Another queue may have been chosen meanwhile. Without an answer, the old one stays.
    if (queue !== this.#queue || standing === undefined) return;
    this.#standing = standing;
    this.#show();
  }

  async #refreshParty(): Promise<void> {
    const { party } = this.#parts;
    await party.refresh().catch(() => undefined);
    const search = await party.newSearch();
    const queue = this.#queues?.find(({ name }) => name === search?.queue);
    if (search && queue) this.#choose({ kind: "queue", queue, ticketId: search.ticketId });
    this.#partyBox.show();
    this.#show();
  }

  #show(): void {
    const { party, player } = this.#parts;
    this.#name.disabled = party.info !== undefined;
    this.#name.title = party.info ? "Leave the party to change your name" : "";
    setText(this.#nameNote, this.#renaming());
    if (!this.#queue) return;
    const play = playWords(this.#queue, party.info, player.userId);
    setText(this.#play, play.text);
    this.#play.disabled = !play.isPossible;
    setText(this.#why, play.why);
    setText(this.#standingLine, this.#standing ? standingWords(this.#standing) : "");
    this.#leaderboard.show(queueTitle(this.#queue), this.#standing, player.userId);
  }

  #renaming(): string {
    const { player } = this.#parts;
    const isOther = player.name !== "" && cleanName(this.#name.value) !== player.name;
    return isOther && this.#standing?.rating
      ? `${cleanName(this.#name.value)} is another guest: the rating stays with ${player.name}.`
      : "";
  }
}

function nameField(name: string): HTMLInputElement {
  const field = element("input", { class: "name-entry" });
  field.name = "name";
  field.maxLength = nameLengthMax;
  field.placeholder = "Your name";
  field.autocomplete = "off";
  field.setAttribute("aria-label", "Your name");
  field.value = name;
  return field;
}

function heading(game: string): HTMLElement {
  return element("header", {
    children: [
      element("h1", { text: `Holdfast ${game}` }),
      element("p", { class: "quiet", text: "Kill the server while you play. The match goes on." }),
    ],
  });
}
