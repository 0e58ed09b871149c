/** The page of hands: joins a match, shows the own cards and the pile, plays what is clicked. A reload takes the same seat again. */
import { CommandError, type MatchConnection } from "../../../../doors/client.ts";
import { joinedByTab } from "../../page/joined-by-tab.ts";

/** The View of `../game.ts` as a client holds it. */
interface HandsView {
  readonly phase: "waiting" | "playing" | "over";
  /** In ms of the match's own time. */
  readonly now: number;
  readonly hasEndsAt: boolean;
  readonly endsAt: number;
  readonly hasTurn: boolean;
  readonly turn: number;
  readonly hasPile: boolean;
  readonly pile: number;
  readonly deck: number;
  readonly players: ReadonlyMap<
    string,
    { readonly name: string; readonly connected: boolean; readonly cards: number }
  >;
  readonly own: { readonly hand: Iterable<number> };
}

type HandsMatch = MatchConnection<{ seq: number }, HandsView>;

const ranks = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
const suits = ["♠", "♥", "♣", "♦"];
let isOver = false;
const part = (id: string) => document.getElementById(id)!;
const draw = part("draw") as HTMLButtonElement;
/** A command is under way: nothing else is asked meanwhile. */
let isAsking = false;
let shown = "";
/** The end of the turn that the bar shows. */
let barEndsAt = -1;
/** A turn that takes longer than this is shown as a date, too. */
const longTurnMs = 120_000;

try {
  const match = await joinedByTab<{ seq: number }, HandsView>(
    "hands",
    `Player ${Math.ceil(Math.random() * 99)}`,
  );
  match.onState(() => tell(match));
  match.onPatch(() => show(match));
  draw.addEventListener("click", () => void ask(match, "draw", {}));
  tell(match);
} catch (error) {
  part("line").textContent = (error as Error).message;
}

async function ask(match: HandsMatch, name: string, payload: object): Promise<void> {
  isAsking = true;
  show(match);
  try {
    const answer = await match.command(name, payload);
    if (!answer.ok) part("turn").textContent = answer.reason;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    part("turn").textContent = error.message;
  } finally {
    isAsking = false;
    show(match);
  }
}

/** The cards are made anew when something about them is another. */
function show(match: HandsMatch): void {
  const { view, welcome } = match;
  showTime(view);
  const isTurn = view.phase === "playing" && view.hasTurn && view.turn === welcome.seat && !isAsking;
  const hand = [...view.own.hand].sort((a, b) => a - b);
  const players = [...view.players];
  const now = JSON.stringify([
    view.phase,
    view.turn,
    view.hasPile && view.pile,
    view.deck,
    hand,
    players,
    isAsking,
  ]);
  if (now === shown) return;
  shown = now;
  part("players").replaceChildren(...players.map(([seat, player]) => playerRow(seat, player, match)));
  part("pile").replaceChildren(...(view.hasPile ? [faceUp(view.pile, "div")] : []));
  part("deck").textContent = `Draw (${view.deck})`;
  draw.disabled = !isTurn;
  part("hand").classList.toggle("turn", isTurn);
  part("hand").replaceChildren(...hand.map((card) => handCard(card, isTurn, match)));
  part("turn").textContent = turnInWords(match);
}

/** Patches come when something happens, so the bar runs by itself. */
function showTime(view: HandsView): void {
  const endsAt = view.phase === "playing" && view.hasEndsAt ? view.endsAt : -1;
  if (endsAt === barEndsAt) return;
  barEndsAt = endsAt;
  const bar = part("time").firstElementChild!;
  for (const running of bar.getAnimations()) running.cancel();
  if (endsAt < 0) return;
  const duration = Math.max(0, endsAt - view.now);
  bar.animate([{ width: "100%" }, { width: "0%" }], { duration, fill: "forwards" });
}

function playerRow(
  seat: string,
  { name, connected, cards }: { name: string; connected: boolean; cards: number },
  { view, welcome }: HandsMatch,
): HTMLElement {
  const row = document.createElement("li");
  row.classList.toggle("turn", view.phase === "playing" && String(view.turn) === seat);
  row.classList.toggle("away", !connected);
  const count = document.createElement("small");
  count.textContent = `${cards} ${cards === 1 ? "card" : "cards"}${connected ? "" : ", away"}`;
  row.append(seat === String(welcome.seat) ? `${name} (you)` : name, count);
  return row;
}

function handCard(card: number, isTurn: boolean, match: HandsMatch): HTMLElement {
  const item = document.createElement("li");
  const button = faceUp(card, "button") as HTMLButtonElement;
  button.disabled = !isTurn || !fits(card, match.view);
  button.classList.toggle("playable", !button.disabled);
  button.addEventListener("click", () => void ask(match, "play", { card }));
  item.append(button);
  return item;
}

function fits(card: number, { hasPile, pile }: HandsView): boolean {
  return hasPile && (card % 13 === pile % 13 || Math.floor(card / 13) === Math.floor(pile / 13));
}

function faceUp(card: number, tag: "div" | "button"): HTMLElement {
  const element = document.createElement(tag);
  const [rank, suit] = [ranks[card % 13]!, Math.floor(card / 13)];
  element.className = suit % 2 === 1 ? "card red" : "card";
  for (const text of [rank, suits[suit]!]) {
    const corner = document.createElement("span");
    corner.textContent = text;
    element.append(corner);
  }
  return element;
}

function turnInWords({ view, welcome }: HandsMatch): string {
  if (view.phase === "waiting")
    return view.players.size < 2 ? "Waiting for somebody to play with …" : "It begins …";
  if (view.phase === "over") return "It is over.";
  const leftMs = view.hasEndsAt ? view.endsAt - view.now : 0;
  const until = leftMs > longTurnMs ? ` Until ${new Date(Date.now() + leftMs).toLocaleString()}.` : "";
  if (view.turn === welcome.seat)
    return [...view.own.hand].some((card) => fits(card, view))
      ? `Your turn: a card of the suit or the rank of the pile, or draw.${until}`
      : `Your turn: none of your cards fits, so draw one.${until}`;
  return `${view.players.get(String(view.turn))?.name ?? "Somebody"} is thinking …${until}`;
}

function tell({ state, welcome }: HandsMatch): void {
  const words = {
    joining: "Joining …",
    playing: `You are ${welcome.name}`,
    reconnecting: "Reconnecting … nothing is lost.",
    over: `Over: ${state.kind === "over" ? state.outcome?.reason : ""}. Reload for the next match.`,
    left: "You have left. Reload to play again.",
  };
  // The room of a match that is over closes soon: the result stays.
  isOver ||= state.kind === "over";
  if (!isOver || state.kind === "over") part("line").textContent = words[state.kind];
}
