/** The page of crowd: joins a match, shows what is near, sends what the player wants. A reload takes the same seat again. */
import { CommandError, steadyInputs } from "../../../../doors/client.ts";
import { joinedByTab } from "../../page/joined-by-tab.ts";
import type { CrowdInput, CrowdMatch, CrowdView } from "./crowd-view.ts";
import { Picture } from "./picture.ts";
import { Wishes } from "./wishes.ts";

const newsMs = 1800;
let isOver = false;
const part = (id: string) => document.getElementById(id)!;
let newsTimer: ReturnType<typeof setTimeout> | undefined;

try {
  const match = await joinedByTab<CrowdInput, CrowdView>("crowd", `Runner ${Math.ceil(Math.random() * 999)}`);
  const picture = new Picture(part("picture") as HTMLCanvasElement);
  const own = () => (match.welcome.seat === "spectator" ? undefined : String(match.welcome.seat));
  const wishes = new Wishes({ surface: part("picture"), dash: part("dash"), wave: part("wave") }, () =>
    wave(match),
  );
  match.onState(() => tell(match));
  match.onPatch((view) => {
    picture.heard(view, own());
    showNumbers(view, match);
  });
  match.onEvent(({ name, payload }) => {
    const { by, of, lost } = payload as { by?: string; of?: string; lost: number };
    if (name === "bumped") say(`${by} bumped into you: −${lost}`);
    if (name === "bump") say(`You bumped ${of}: ${lost} on the ground!`);
  });
  steadyInputs(match, () => match.sendInput(wishes.take()));
  const frame = () => {
    picture.draw();
    requestAnimationFrame(frame);
  };
  frame();
  tell(match);
} catch (error) {
  part("line").textContent = (error as Error).message;
}

function showNumbers({ best, tick, endsAt, hasEndsAt, players }: CrowdView, { welcome }: CrowdMatch): void {
  const rows = [...best].map(({ seat, name, gems }) => {
    const row = document.createElement("li");
    row.classList.toggle("you", seat === welcome.seat);
    const count = document.createElement("b");
    count.textContent = String(gems);
    row.append(name, count);
    return row;
  });
  part("best").replaceChildren(...rows);
  const seconds = hasEndsAt ? Math.max(0, Math.ceil((endsAt - tick) / welcome.tickRate)) : 0;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  part("clock").textContent = `${clock} · ${players} ${players === 1 ? "player" : "players"}`;
}

async function wave(match: CrowdMatch): Promise<void> {
  try {
    const answer = await match.command("wave", {});
    if (!answer.ok) say(answer.reason);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

function tell({ state, welcome }: CrowdMatch): void {
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

function say(words: string): void {
  const news = part("news");
  news.textContent = words;
  news.classList.add("fresh");
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => news.classList.remove("fresh"), newsMs);
}
