/** The queueing screen: the waiting time, the ratings that are searched, what happens next, and a button to cancel. */
import type { QueueInfo, TicketInfo } from "../../shared/wire/tickets.ts";
import { button, element, setText } from "../element.ts";
import { queueShape, queueTitle } from "./queue-words.ts";
import { oneDigit, type SearchWords, searchWords } from "./search-words.ts";

const drawMs = 100;
/** End of the drawn scale, in mu: new players begin in its middle. */
const scaleMax = 50;

export class QueueScreen {
  readonly #queue: QueueInfo;
  readonly #title = element("h1");
  readonly #clock = element("p", { class: "waiting-clock" });
  readonly #looking = element("p", { class: "looking" });
  readonly #band = element("span", { class: "band" });
  readonly #own = element("span", { class: "own" });
  readonly #ownText = element("span", { class: "own-text" });
  readonly #scale: HTMLElement;
  readonly #next = element("p", { class: "next" });
  readonly #regions = element("p", { class: "regions" });
  readonly #players = element("ul", { class: "ticket-players" });
  readonly #buttons = element("div", { class: "buttons" });
  readonly #root: HTMLElement;
  readonly #tabTitle = document.title;
  readonly #cancel = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #ticket: TicketInfo | undefined;
  #heardAtMs = performance.now();
  #troubleSinceMs: number | undefined;

  constructor(host: HTMLElement, queue: QueueInfo) {
    this.#queue = queue;
    this.#scale = element("div", {
      class: "rating-scale",
      children: [this.#band, this.#own, this.#ownText],
    });
    this.#title.setAttribute("role", "status");
    this.#buttons.append(button("Cancel", "", () => this.#cancelled()));
    const dial = element("div", { class: "dial", children: [this.#clock] });
    this.#root = element("section", {
      class: "queueing panel",
      children: [
        this.#title,
        element("p", { class: "lead", text: queueShape(queue) }),
        ...[dial, this.#players, this.#looking, this.#scale, this.#next, this.#regions, this.#buttons],
      ],
    });
    host.replaceChildren(this.#root);
    this.#timer = setInterval(() => this.#draw(), drawMs);
    this.#draw();
  }

  /** Aborted when the player cancels. */
  get cancelled(): AbortSignal {
    return this.#cancel.signal;
  }

  heard(ticket: TicketInfo): void {
    this.#ticket = ticket;
    this.#heardAtMs = performance.now();
    this.#troubleSinceMs = undefined;
    this.#showPlayers(ticket);
    this.#draw();
  }

  trouble(): void {
    this.#troubleSinceMs ??= performance.now();
  }

  /** The search has ended without a match. @returns whether the player wants another one */
  askAgain(why: string): Promise<boolean> {
    clearInterval(this.#timer);
    document.title = this.#tabTitle;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#root.dataset.tone = "ended";
    setText(this.#title, why);
    for (const line of [this.#looking, this.#scale, this.#next, this.#regions]) line.hidden = true;
    const again = button(`Queue again: ${queueTitle(this.#queue)}`, "primary", () => resolve(true));
    this.#buttons.replaceChildren(
      again,
      button("Back to start", "", () => resolve(false)),
    );
    again.focus();
    return promise;
  }

  close(): void {
    clearInterval(this.#timer);
    document.title = this.#tabTitle;
  }

  #cancelled(): void {
    this.#cancel.abort();
    for (const each of this.#buttons.querySelectorAll("button")) each.disabled = true;
    this.#draw();
  }

  /** Shows the players of a party; a single player needs no list. */
  #showPlayers({ players }: TicketInfo): void {
    this.#players.hidden = players.length < 2;
    this.#players.replaceChildren(
      ...players.map(({ name, userId }) => element("li", { text: name ?? userId })),
    );
  }

  #draw(): void {
    const words = searchWords({
      queue: this.#queue,
      ticket: this.#ticket,
      heardAtMs: this.#heardAtMs,
      nowMs: performance.now(),
      troubleSinceMs: this.#troubleSinceMs,
      isCancelling: this.#cancel.signal.aborted,
    });
    this.#root.dataset.tone = words.tone;
    if (document.title !== words.tab) document.title = words.tab;
    setText(this.#title, words.title);
    setText(this.#clock, words.clock);
    setText(this.#looking, words.looking);
    setText(this.#next, words.next);
    setText(this.#regions, words.regions);
    this.#drawScale(words.ratings);
  }

  #drawScale(ratings: SearchWords["ratings"]): void {
    // Invisible but not removed, so that nothing jumps when the ticket arrives.
    this.#scale.classList.toggle("empty", ratings === undefined);
    if (!ratings) return;
    const [from, own, to] = [ratings.from, ratings.own, ratings.to].map(percent) as [number, number, number];
    this.#band.style.left = `${from}%`;
    this.#band.style.width = `${to - from}%`;
    this.#own.style.left = `${own}%`;
    this.#ownText.style.left = `${Math.min(88, Math.max(12, own))}%`;
    const whose = (this.#ticket?.players.length ?? 1) > 1 ? "your party" : "you";
    setText(this.#ownText, `${whose} ${oneDigit(ratings.own)}`);
  }
}

function percent(rating: number): number {
  return Math.min(100, Math.max(0, (rating / scaleMax) * 100));
}
