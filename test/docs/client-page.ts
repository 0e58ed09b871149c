/** The code of docs/client.md. test/doors/server-door.test.ts runs it against a server that a program started. */
import { Client } from "@colyseus/sdk";
import { ApiError, beginSession, errorEntry, joinMatch, steadyInputs } from "../../doors/client.ts";

type PressInput = { seq: number; pressed: number };
interface PressView {
  readonly players: ReadonlyMap<string, { name: string; points: number }>;
}

export async function play(url: string, said: string[]) {
  const session = await beginSession({ url }, "Ada");
  const match = await joinMatch<PressInput, PressView>({ url, session: session.token, game: "press" });
  match.onState((state) => said.push(state.kind));
  match.onNotice((notice) => said.push(notice.text));
  match.onPatch((view) => said.push(`${view.players.get("0")?.points} points`));
  steadyInputs(match, () => match.sendInput({ pressed: 1 }));
  return match;
}

export async function refused(url: string) {
  try {
    await joinMatch({ url, game: "chess" });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      code: error.code,
      retry: errorEntry(error.code)?.retry,
      forPlayers: errorEntry(error.code)?.player,
    };
  }
}

export async function sdkAlone(url: string) {
  const client = new Client(url);
  const begun = await fetch(`${url}/v1/sessions`, { method: "POST" });
  client.auth.token = ((await begun.json()) as { token: string }).token;
  const room = await client.joinOrCreate("press", { name: "Ben" });
  room.onMessage("*", () => {});
  const answer = await room.request("command", { name: "cheer", payload: {} });
  return { room, answer };
}
