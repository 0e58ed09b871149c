/**
 * The page: from the join screen into a match and back. A reloaded page first tries to take its seat again;
 * the token for that is kept in the tab, so that two tabs are two players.
 */
import "./probe.ts";
import { joinMatch } from "../shared/client/follow-match.ts";
import type { ArenaInput } from "../shared/games/arena/input.ts";
import type { ArenaView } from "../shared/games/arena/view.ts";
import { element } from "./element.ts";
import { askHowToJoin, type JoinChoice } from "./join-screen.ts";
import { type ArenaConnection, showMatch } from "./match-screen.ts";

const resumeKey = "holdfast-resume";
const host = document.querySelector<HTMLElement>("#page")!;
const server = { url: location.origin };

await run();

async function run(): Promise<never> {
  let choice: JoinChoice = { name: localStorage.getItem("holdfast-name") ?? "Player", spectate: false };
  let connection = await resumed();
  let message = "";
  for (;;) {
    if (!connection) {
      choice = await askHowToJoin(host, server, message);
      ({ connection, message } = await attempt(choice));
      continue;
    }
    const end = await played(connection);
    // The next match is any match, not the one that has just ended.
    const again = { name: choice.name, spectate: choice.spectate };
    if (end.next === "again") ({ connection, message } = await attempt(again));
    else ({ connection, message } = { connection: undefined, message: end.message });
  }
}

async function attempt(
  choice: JoinChoice,
): Promise<{ connection: ArenaConnection | undefined; message: string }> {
  host.replaceChildren(element("p", { class: "joining", text: "Joining…" }));
  try {
    return { connection: await join(choice), message: "" };
  } catch (error) {
    return { connection: undefined, message: (error as Error).message };
  }
}

async function join(choice: JoinChoice, resume?: string): Promise<ArenaConnection> {
  const extra = resume ? { resume } : {};
  const connection = await joinMatch<ArenaInput, ArenaView>({
    ...server,
    game: "arena",
    ...choice,
    ...extra,
  });
  const keep = () => sessionStorage.setItem(resumeKey, connection.resumeToken);
  connection.onWelcome(keep);
  keep();
  return connection;
}

/** The seat that this tab had before it was reloaded, if the server still holds it. */
async function resumed(): Promise<ArenaConnection | undefined> {
  const token = sessionStorage.getItem(resumeKey);
  sessionStorage.removeItem(resumeKey);
  if (!token) return undefined;
  host.replaceChildren(element("p", { class: "joining", text: "Back to your match…" }));
  return join({ name: "", spectate: false }, token).catch(() => undefined);
}

async function played(connection: ArenaConnection): Promise<Awaited<ReturnType<typeof showMatch>>> {
  try {
    return await showMatch(host, connection);
  } catch (error) {
    void connection.leave();
    const message = `This browser cannot draw the match (neither WebGL nor canvas): ${(error as Error).message}`;
    return { next: "home", message };
  } finally {
    sessionStorage.removeItem(resumeKey);
    delete window.__holdfast;
  }
}
