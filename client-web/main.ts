/**
 * The page: from the start page into a queue or an open match, through it, and back. A reloaded page goes on where
 * it was, in its seat, queue and party; the tab's storage keeps what that needs.
 */
import "./probe.ts";
import { joinMatch } from "../shared/client/follow-match.ts";
import type { OpenRoomOptions } from "../shared/client/open-room.ts";
import { fetchQueues } from "../shared/client/ratings.ts";
import type { ArenaInput } from "../shared/games/arena/input.ts";
import type { ArenaView } from "../shared/games/arena/view-schema.ts";
import { type AnyConnection, showAnyMatch } from "./any-game/any-match.ts";
import { element } from "./element.ts";
import { inWords } from "./errors-in-words.ts";
import { lastGame } from "./home/game-choice.ts";
import { askHowToPlay, type HomeChoice } from "./home/home-screen.ts";
import { type KeptOrigin, keptMatch } from "./kept-match.ts";
import { type ArenaConnection, type MatchEnd, showMatch } from "./match-screen.ts";
import { OwnParty } from "./party/own-party.ts";
import { GuestBook } from "./player/guest-book.ts";
import { PagePlayer } from "./player/player.ts";
import { keptTicket, queueing } from "./queue/queueing.ts";
import { ratingLine } from "./rating/rating-line.ts";
import { resumedMatch } from "./resumed-match.ts";

let game = lastGame();
const host = document.querySelector<HTMLElement>("#page")!;
/** The page's own folder, because the server may be behind a path. */
const server = { url: new URL(".", document.baseURI).href };
const book = new GuestBook({ device: localStorage, tab: sessionStorage, locks: navigator.locks });
const player = await PagePlayer.open(server, book);
const party = new OwnParty(player);

/** What is shown next. */
type Next =
  | { readonly kind: "home"; readonly message: string }
  | HomeChoice
  | { readonly kind: "match"; readonly connection: ArenaConnection; readonly origin: KeptOrigin };

await run();

async function run(): Promise<never> {
  await party.refresh().catch(() => undefined);
  let next = (await resumed()) ?? (await resumedSearch()) ?? home();
  for (;;) next = await after(next);
}

function after(next: Next): Promise<Next> {
  switch (next.kind) {
    case "home":
      return askHowToPlay(host, { server, player, party, game }, next.message);
    case "queue":
      return queued(next);
    case "open":
      return opened(next);
    case "game":
      return otherGame(next.game);
    case "match":
      return played(next);
  }
}

function home(message = ""): Next {
  return { kind: "home", message };
}

async function otherGame(chosen: string): Promise<Next> {
  game = chosen;
  return home();
}

async function queued({ queue, ticketId }: HomeChoice & { kind: "queue" }): Promise<Next> {
  const end = await queueing(host, { player, party, queue, ticketId });
  if (end.kind === "home") return home(end.message);
  const before = end.kind === "assigned" ? end.before : undefined;
  const rated = { queue: queue.name, ...(before && { before }) };
  try {
    const seat = { spectate: false, rated };
    return end.kind === "back"
      ? await joined({ matchId: end.matchId }, seat)
      : await joined({ assignment: end.assignment }, seat);
  } catch (error) {
    return home(inWords(error));
  } finally {
    keptTicket.clear();
  }
}

async function opened({ spectate, matchId }: HomeChoice & { kind: "open" }): Promise<Next> {
  host.replaceChildren(element("p", { class: "joining", text: "Joining…" }));
  // A player who is in another match is not ready for the party's.
  await party.sayReady(false).catch(() => undefined);
  try {
    return await joined({ spectate, ...(matchId !== undefined && { matchId }) }, { spectate });
  } catch (error) {
    return home(inWords(error));
  }
}

/** @throws what joinMatch throws */
function joined(seat: Partial<OpenRoomOptions>, origin: KeptOrigin): Promise<Next> {
  return player.as(async ({ token }) => inMatch({ session: token, ...seat }, origin));
}

async function inMatch(seat: Partial<OpenRoomOptions>, came: KeptOrigin): Promise<Next> {
  const origin = { game, ...came };
  const connection = await joinMatch<ArenaInput, ArenaView>({ ...server, game: origin.game, ...seat });
  const { matchId } = connection;
  const { userId } = player;
  const keep = () =>
    keptMatch.set({ ...origin, matchId, token: connection.resumeToken, ...(userId && { userId }) });
  connection.onWelcome(keep);
  keep();
  return { kind: "match", connection, origin };
}

/** Returns to the seat that this tab had before it was reloaded, if the server still holds it. */
async function resumed(): Promise<Next | undefined> {
  if (keptMatch.get()) host.replaceChildren(element("p", { class: "joining", text: "Back to your match…" }));
  const end = await resumedMatch({
    kept: keptMatch,
    userId: player.userId,
    byToken: (token, origin) => inMatch({ resume: token }, origin),
    byMatchId: (matchId, origin) => joined({ matchId, spectate: origin.spectate }, origin),
  });
  if (end.kind === "lost") return home(end.message);
  return end.kind === "back" ? end.match : undefined;
}

async function resumedSearch(): Promise<Next | undefined> {
  const ticket = keptTicket.get();
  return ticket && inQueue(ticket.queue, ticket.id);
}

async function inQueue(name: string, ticketId?: string): Promise<Next> {
  try {
    const queue = (await fetchQueues(server)).find((each) => each.name === name);
    return queue
      ? { kind: "queue", queue, ...(ticketId && { ticketId }) }
      : home("This queue is not there any more.");
  } catch (error) {
    return home(inWords(error));
  }
}

async function played({ connection, origin }: Next & { kind: "match" }): Promise<Next> {
  try {
    const end = await shown(connection, origin);
    return end.next === "again" ? await again(origin) : home(end.message);
  } catch (error) {
    void connection.leave();
    return home(`This browser cannot draw the match (neither WebGL nor canvas): ${(error as Error).message}`);
  } finally {
    keptMatch.clear();
    delete window.__holdfast;
  }
}

/** With its own picture, or as it is. */
function shown(connection: ArenaConnection, origin: KeptOrigin): Promise<MatchEnd> {
  if (connection.welcome.game === "arena") return showMatch(host, connection, ratingOf(origin));
  return showAnyMatch(host, connection as unknown as AnyConnection, server);
}

/** The result's line about the own rating. */
function ratingOf({ rated }: KeptOrigin): (() => HTMLElement) | undefined {
  const { userId } = player;
  if (!rated?.before || userId === undefined) return undefined;
  const { queue, before } = rated;
  return () => ratingLine({ access: server, queue, userId, before });
}

/** Queues again, with the party as it is now; or joins any open match except the one that has just ended. */
async function again({ rated, spectate }: KeptOrigin): Promise<Next> {
  if (!rated) return { kind: "open", spectate };
  await party.refresh().catch(() => undefined);
  if (party.isLed) return home(`${party.leaderName} starts the next search.`);
  return inQueue(rated.queue);
}
