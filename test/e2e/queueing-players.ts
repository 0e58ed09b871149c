/** Players of a real server that come through a queue of short duels, with nothing but the SDK and the API. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type Room } from "@colyseus/sdk";
import { ask } from "../../shared/client/api.ts";
import { fetchRatings } from "../../shared/client/ratings.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import { createTicket, queueForMatch } from "../../shared/client/tickets.ts";
import type { RatingInfo } from "../../shared/wire/ratings.ts";
import type { Welcome } from "../../shared/wire/room-messages.ts";
import type { AssignmentInfo, TicketInfo } from "../../shared/wire/tickets.ts";
import { eventually } from "./server-child.ts";

const queue = "duel";

/** As short as the arena allows, with a score that nobody reaches. @returns the flags of a server with this queue */
export function duelQueue(directory: string, more: object = {}): string[] {
  const path = join(directory, "queues.json");
  const wide = { ratingWindow: { start: 1000, growPerSecond: 0, max: 1000 } };
  const options = { durationSeconds: 10, scoreLimit: 1000 };
  const duel = {
    name: queue,
    game: "arena",
    teams: 2,
    teamSize: 1,
    regions: ["local"],
    ...wide,
    options,
    ...more,
  };
  writeFileSync(path, JSON.stringify([duel]));
  return ["--queues", path, "--no-bots"];
}

export interface Queuer {
  readonly userId: string;
  readonly token: string;
  /** Where the server is; a player asks any of them. */
  readonly url: string | readonly string[];
}

export interface SeatedPlayer extends Queuer {
  readonly room: Room;
  readonly welcome: Welcome;
  /** leave <code>, and kinds of notices */
  readonly events: string[];
}

export async function newQueuer(url: string | readonly string[]): Promise<Queuer> {
  const { userId, token } = await beginSession({ url });
  return { userId, token, url };
}

/** Into the queue, without waiting. @returns the ticket */
export const enqueue = (player: Queuer): Promise<TicketInfo> =>
  createTicket(player, { queue }, crypto.randomUUID());

/** As it is now. */
export const ticketOf = (player: Queuer, id: string): Promise<TicketInfo> =>
  ask(player, "readTicket", { params: { id } });

export async function assignmentOf(player: Queuer): Promise<AssignmentInfo> {
  const ended = await queueForMatch(player, { queue }, { waitSeconds: 5 });
  if (ended.kind !== "assigned") throw new Error(`the ticket is ${ended.kind}`);
  return ended.assignment;
}

/** Takes a reserved seat and plays nothing. */
export async function seated(
  player: Queuer,
  { reservation }: Pick<AssignmentInfo, "reservation">,
): Promise<SeatedPlayer> {
  const url = typeof player.url === "string" ? player.url : player.url[0]!;
  const room: Room = await new Client(url).consumeSeatReservation(reservation as never);
  const events: string[] = [];
  const welcomes: Welcome[] = [];
  room.onMessage("welcome", (welcome: Welcome) => welcomes.push(welcome));
  room.onMessage("notice", ({ kind }: { kind: string }) => events.push(kind));
  room.onLeave((code) => events.push(`leave ${code}`));
  room.onDrop(() => events.push("drop"));
  const welcome = await eventually(() => welcomes[0], { what: "welcome" });
  return { ...player, room, welcome, events };
}

/** Two strangers in one match, as the queue put them there. */
export async function duel(url: string | readonly string[]): Promise<[SeatedPlayer, SeatedPlayer]> {
  const [ann, ben] = [await newQueuer(url), await newQueuer(url)];
  const [first, second] = await Promise.all([assignmentOf(ann), assignmentOf(ben)]);
  return [await seated(ann, first), await seated(ben, second)];
}

export async function leaveAll(players: readonly SeatedPlayer[]): Promise<void> {
  for (const { room } of players) {
    room.reconnection.enabled = false;
    if (room.connection.isOpen) await room.leave().catch(() => {});
  }
}

/** undefined: never rated. */
export async function ratingOf({ url, userId }: Queuer): Promise<RatingInfo | undefined> {
  return (await fetchRatings({ url }, userId)).ratings[queue];
}

/** Resolves with the players' ratings when both have one. */
export async function rated(players: readonly Queuer[]): Promise<RatingInfo[]> {
  return Promise.all(
    players.map((player) => eventually(() => ratingOf(player), { what: "a rating", forMs: 40_000 })),
  );
}
