/** The page: joins a match, draws what it sees, sends which keys are down. A reload takes the same seat again. */
import { beginSession, joinMatch, type MatchConnection, steadyInputs } from "holdfast/client";
import type { PongInput, PongView } from "../game/duel-pong.ts";
import { height, paddle, width } from "../game/table.ts";

// `holdfast dev` serves the page at a port of its own; otherwise the server of the matches does.
const url = import.meta.env.DEV
  ? `http://${location.hostname}:${import.meta.env.VITE_HOLDFAST_PORT}`
  : new URL(".", location.href).href;
const line = document.querySelector("#line")!;
const table = document.querySelector("canvas")!.getContext("2d")!;
const keys = new Set<string>();
addEventListener("keydown", ({ code }) => keys.add(code));
addEventListener("keyup", ({ code }) => keys.delete(code));

try {
  const match = await join();
  sessionStorage.setItem("match", match.matchId);
  match.onState(() => tell(match));
  match.onPatch((view) => draw(view));
  steadyInputs(match, () => {
    const down = (...codes: string[]) => Number(codes.some((code) => keys.has(code)));
    match.sendInput({ move: down("ArrowDown", "KeyS") - down("ArrowUp", "KeyW") });
  });
  tell(match);
} catch (error) {
  line.textContent = (error as Error).message;
}

/** This tab is one player: the same session, and the seat it had, if its match still runs. */
async function join(): Promise<MatchConnection<PongInput, PongView>> {
  let session = sessionStorage.getItem("session");
  if (session === null) {
    session = (await beginSession({ url }, `Player ${Math.ceil(Math.random() * 99)}`)).token;
    sessionStorage.setItem("session", session);
  }
  const asked = { url, session, game: "duel-pong" };
  const matchId = sessionStorage.getItem("match");
  if (matchId !== null) {
    try {
      return await joinMatch({ ...asked, matchId });
    } catch {
      // It is over, or this session is: begin anew.
      sessionStorage.clear();
      return join();
    }
  }
  return joinMatch(asked);
}

function tell({ state, welcome }: MatchConnection<PongInput, PongView>): void {
  const words = {
    joining: "Joining …",
    playing: `You are ${welcome.name}, on the ${welcome.seat === 0 ? "left" : "right"}.`,
    reconnecting: "Reconnecting … nothing is lost.",
    over: `Over: ${state.kind === "over" ? state.outcome?.reason : ""}`,
    left: "You have left. Reload to play again.",
  };
  line.textContent = words[state.kind];
}

function draw({ ball, players }: PongView): void {
  table.clearRect(0, 0, width, height);
  table.fillStyle = "#dfe6f2";
  table.fillRect(ball.x - 4, ball.y - 4, 8, 8);
  for (const [seat, player] of players) {
    table.fillRect(seat === "0" ? 0 : width - 6, player.y, 6, paddle);
    table.fillText(`${player.name}: ${player.points}`, seat === "0" ? 20 : width - 100, 20);
  }
}
