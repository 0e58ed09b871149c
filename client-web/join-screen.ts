/** The first thing one sees: a name, Play, and the matches that are running, to join or to watch. */
import { type ApiAccess, fetchMatches } from "../shared/client/api.ts";
import type { MatchInfo } from "../shared/wire/api.ts";
import { element, setText } from "./element.ts";

const refreshMs = 2_000;
const nameLengthMax = 20;
const nameKey = "holdfast-name";

export interface JoinChoice {
  readonly name: string;
  readonly spectate: boolean;
  readonly matchId?: string;
}

/** Shows the screen in `host` until the player has chosen. @param message what went wrong before, if anything */
export function askHowToJoin(host: HTMLElement, api: ApiAccess, message = ""): Promise<JoinChoice> {
  const { promise, resolve } = Promise.withResolvers<JoinChoice>();
  const name = nameField();
  const choose = (choice: Omit<JoinChoice, "name">) => resolve({ name: chosenName(name.value), ...choice });
  const list = element("ul", { class: "matches" });
  const form = element("form", { children: [name, element("button", { class: "primary", text: "Play" })] });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose({ spectate: false });
  });
  host.replaceChildren(joinCard(form, list, message));
  name.select();
  const stop = refreshEvery(refreshMs, () => showMatches(list, api, choose));
  return promise.finally(stop);
}

function joinCard(form: HTMLElement, list: HTMLElement, message: string): HTMLElement {
  const problem = element("p", { class: "problem", text: message });
  problem.setAttribute("role", "alert");
  return element("section", {
    class: "join panel",
    children: [
      element("h1", { text: "Holdfast arena" }),
      element("p", { class: "lead", text: "Kill the server while you play. The match goes on." }),
      form,
      problem,
      element("h2", { text: "Running matches" }),
      list,
      element("p", {
        class: "keys",
        text: "WASD or arrows move · mouse aims and fires · 1 and 2 weapons · Enter chat · Tab scores",
      }),
    ],
  });
}

function nameField(): HTMLInputElement {
  const field = element("input", { class: "join-name" });
  field.name = "name";
  field.maxLength = nameLengthMax;
  field.placeholder = "Your name";
  field.autocomplete = "off";
  field.setAttribute("aria-label", "Your name");
  field.value = localStorage.getItem(nameKey) ?? "";
  return field;
}

function chosenName(typed: string): string {
  const name = typed.trim() || "Player";
  localStorage.setItem(nameKey, name);
  return name;
}

type Choose = (choice: Omit<JoinChoice, "name">) => void;

async function showMatches(list: HTMLElement, api: ApiAccess, choose: Choose): Promise<void> {
  let rows: HTMLElement[];
  try {
    const matches = await fetchMatches({ ...api, attemptsMax: 1 });
    rows = matches.map((match) => matchRow(match, choose));
    if (rows.length === 0) rows = [element("li", { class: "none", text: "None yet. Play starts one." })];
  } catch {
    rows = [element("li", { class: "none", text: "The server does not answer. Trying again…" })];
  }
  list.replaceChildren(...rows);
}

function matchRow({ id, seats, startedAt }: MatchInfo, choose: Choose): HTMLElement {
  const age = element("span", { class: "age" });
  setText(age, `${seats.taken} of ${seats.max} players · ${minutesSince(startedAt)}`);
  const join = element("button", { text: "Join" });
  join.disabled = seats.taken >= seats.max;
  join.addEventListener("click", () => choose({ spectate: false, matchId: id }));
  const watch = element("button", { text: "Watch" });
  watch.addEventListener("click", () => choose({ spectate: true, matchId: id }));
  return element("li", { children: [element("code", { text: id }), age, join, watch] });
}

function minutesSince(startedAt: string): string {
  const minutes = Math.floor((Date.now() - Date.parse(startedAt)) / 60_000);
  return minutes >= 1 ? `for ${minutes} min` : "just started";
}

/** Runs `act` now and again `ms` after each end of it. */
function refreshEvery(ms: number, act: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const run = async () => {
    await act();
    if (!stopped) timer = setTimeout(run, ms);
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
