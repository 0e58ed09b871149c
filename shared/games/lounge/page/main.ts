/** The page of the lounge: joins one, shows the lines of the own channel, and sends what is said. A reload comes back into the same seat. */
import { CommandError, type MatchConnection } from "../../../../doors/client.ts";
import { joinedByTab } from "../../page/joined-by-tab.ts";

interface ShownLine {
  readonly id: number;
  readonly from: string;
  readonly text: string;
}

interface SeenPerson {
  readonly name: string;
  readonly channel: string;
  readonly connected: boolean;
  readonly typing: boolean;
}

/** The View of `../game.ts` as a client holds it. */
interface LoungeView {
  readonly topic: string;
  readonly channels: ReadonlyMap<string, { readonly people: number }>;
  readonly people: ReadonlyMap<string, SeenPerson>;
  readonly own: {
    readonly lines: ReadonlyMap<string, ShownLine>;
    readonly code: string;
    readonly friends: ReadonlyMap<string, { readonly name: string; readonly where: string }>;
  };
}

type Lounge = MatchConnection<{ seq: number }, LoungeView>;

/** The View has so many of the newest lines of a channel; with fewer there are no older ones. */
const linesInView = 40;
/** Somebody who types tells it at most this often. */
const typingEveryMs = 2000;
const part = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const lines = part<HTMLOListElement>("lines");
const older = part<HTMLButtonElement>("older");
const text = part<HTMLInputElement>("text");
/** Lines that were asked for, and whispers; of the channel that is shown. */
let extra: { readonly line: ShownLine; readonly whisper?: true }[] = [];
let shownChannel = "";
let noOlder = false;
let typedMs = Number.NEGATIVE_INFINITY;

try {
  const match = await joinedByTab<{ seq: number }, LoungeView>(
    "lounge",
    `Guest ${Math.ceil(Math.random() * 999)}`,
  );
  match.onState(() => say(stateInWords(match)));
  match.onPatch(() => show(match));
  match.onEvent(({ name, payload }) => {
    if (name !== "whisper") return;
    const { from, text: whispered } = payload as { from: string; text: string };
    const id = Math.max(0, ...ownLines(match).map((line) => line.id));
    extra.push({ line: { id, from: `${from} (to you)`, text: whispered }, whisper: true });
    show(match);
  });
  listen(match);
  say(stateInWords(match));
  show(match);
} catch (error) {
  say((error as Error).message);
}

function listen(match: Lounge): void {
  part("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = text.value;
    text.value = "";
    typedMs = Number.NEGATIVE_INFINITY;
    if (!(await ask(match, "say", { text: said }))) text.value = said;
  });
  text.addEventListener("input", () => {
    if (performance.now() - typedMs < typingEveryMs) return;
    typedMs = performance.now();
    void ask(match, "typing", {});
  });
  part("open").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = part<HTMLInputElement>("channel");
    void ask(match, "go", { channel: field.value });
    field.value = "";
  });
  part("befriend").addEventListener("click", () => {
    const code = prompt("Your friend's code");
    const name = code && prompt("What do you call them?");
    if (code && name) void ask(match, "befriend", { code: code.trim(), name });
  });
  part("code").addEventListener("click", async () => {
    const { code } = match.view.own;
    // Where a page may not use the clipboard, it shows the code.
    await navigator.clipboard?.writeText(code).then(
      () => say("Your code is in the clipboard."),
      () => say(code),
    );
    if (navigator.clipboard === undefined) say(code);
  });
  // On a narrow screen they are not beside the talk.
  part("who").addEventListener("click", () => {
    const isOpen = part("aside").classList.toggle("open");
    part("who").setAttribute("aria-expanded", String(isOpen));
  });
  older.addEventListener("click", async () => {
    const before = Math.min(...[...ownLines(match), ...extra.map(({ line }) => line)].map(({ id }) => id));
    const found = (await ask(match, "older", { before })) as ShownLine[] | undefined;
    if (found === undefined) return;
    extra = [...found.map((line) => ({ line })), ...extra];
    noOlder = found.length === 0;
    show(match);
  });
}

/** @returns the answer's data, true without any, undefined when it was refused, which is shown */
async function ask(match: Lounge, name: string, payload: object): Promise<unknown> {
  try {
    const answer = await match.command(name, payload);
    if (answer.ok) return answer.data ?? true;
    say(answer.reason);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(error.message);
  }
  return undefined;
}

function say(words: string): void {
  part("line").textContent = words;
}

function stateInWords({ state, welcome }: Lounge): string {
  const words = {
    joining: "Joining …",
    playing: `You are ${welcome.name}`,
    reconnecting: "Reconnecting … nothing is lost.",
    over: "This lounge is closed.",
    left: "You have left. Reload to come back.",
  };
  return words[state.kind];
}

function ownLines({ view }: Lounge): ShownLine[] {
  return [...view.own.lines.values()].sort((a, b) => a.id - b.id);
}

function show(match: Lounge): void {
  const { view, welcome } = match;
  const people = [...view.people];
  const own = people.find(([seat]) => seat === String(welcome.seat))?.[1];
  if (own === undefined) return;
  if (own.channel !== shownChannel) {
    shownChannel = own.channel;
    extra = [];
    noOlder = false;
    text.placeholder = `Say something in ${own.channel}`;
  }
  part("topic").textContent = view.topic;
  showFriends(match);
  showLines(match);
  older.hidden = noOlder || ownLines(match).length < linesInView;
  part("who").textContent = `People ${people.length}`;
  const here = people.filter(([, { channel }]) => channel === own.channel);
  const typing = here.filter(([seat, each]) => each.typing && seat !== String(welcome.seat));
  part("typing").textContent =
    typing.length === 0 ? "" : `${typing.map(([, { name }]) => name).join(", ")} …`;
  part("channels").replaceChildren(
    ...[...view.channels].map(([name, { people: count }]) =>
      entry(name, String(count), {
        current: name === own.channel,
        act: () => void ask(match, "go", { channel: name }),
      }),
    ),
  );
  part("people").replaceChildren(
    ...people.map(([seat, { name, connected, channel }]) =>
      entry(name, connected ? channel : "away", {
        away: !connected,
        act: () => void whisperTo(match, Number(seat), name),
      }),
    ),
  );
}

function showFriends(match: Lounge): void {
  const where = (matchId: string) =>
    matchId === "" ? "not here" : matchId === match.matchId ? "in this lounge" : `in lounge ${matchId}`;
  part("friends").replaceChildren(
    ...[...match.view.own.friends].map(([code, friend]) =>
      entry(friend.name, where(friend.where), {
        away: friend.where === "",
        act: () => {
          if (confirm(`No longer show ${friend.name}?`)) void ask(match, "unfriend", { code });
        },
      }),
    ),
  );
}

async function whisperTo(match: Lounge, to: number, name: string): Promise<void> {
  const said = prompt(`Whisper to ${name}`);
  if (said) await ask(match, "whisper", { to, text: said });
}

function showLines(match: Lounge): void {
  const all = [...extra, ...ownLines(match).map((line) => ({ line, whisper: undefined }))];
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.replaceChildren(
    ...all
      .sort((a, b) => a.line.id - b.line.id)
      .map(({ line, whisper }) => {
        const item = document.createElement("li");
        const from = document.createElement("b");
        from.textContent = line.from;
        item.append(from, ` ${line.text}`);
        if (whisper) item.className = "whisper";
        return item;
      }),
  );
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}

function entry(
  name: string,
  note: string,
  how: { current?: boolean; away?: boolean; act: () => void },
): HTMLElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.append(name, " ", Object.assign(document.createElement("small"), { textContent: note }));
  if (how.current) button.setAttribute("aria-current", "true");
  if (how.away) button.className = "away";
  button.addEventListener("click", how.act);
  item.append(button);
  return item;
}
