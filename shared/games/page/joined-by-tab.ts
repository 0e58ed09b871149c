/**
 * How the pages of the example games join: each tab is one player, who keeps its session and its seat over a reload. It
 * shows nothing.
 */
/// <reference types="vite/client" />
import { beginSession, joinMatch, type MatchConnection } from "../../../doors/client.ts";
import type { NumericInput } from "../../../doors/game.ts";

/**
 * `holdfast dev` serves a page at a port of its own. Otherwise the server of the matches does, from where the page is on, or, if
 * that is a folder of several pages, from as far up as the build says: VITE_HOLDFAST_ROOT=..
 */
const url = import.meta.env?.DEV
  ? `http://${location.hostname}:${import.meta.env.VITE_HOLDFAST_PORT}`
  : new URL(`${import.meta.env?.VITE_HOLDFAST_ROOT ?? "."}/`, location.href).href;

/** The seat that this tab had, if its match still runs; else any. @param name of a new player */
export async function joinedByTab<Input extends NumericInput, View>(
  game: string,
  name: string,
): Promise<MatchConnection<Input, View>> {
  let session = sessionStorage.getItem("session");
  if (session === null) {
    session = (await beginSession({ url }, name)).token;
    sessionStorage.setItem("session", session);
  }
  const asked = { url, session, game };
  const matchId = sessionStorage.getItem("match");
  try {
    const match = await joinMatch<Input, View>(matchId === null ? asked : { ...asked, matchId });
    sessionStorage.setItem("match", match.matchId);
    return match;
  } catch (error) {
    if (matchId === null) throw error;
    // It is over, or this session is: begin anew.
    sessionStorage.clear();
    return joinedByTab(game, name);
  }
}
