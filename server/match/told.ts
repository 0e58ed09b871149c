/**
 * What a game told its players, as the match keeps it: numbered for each seat, and the last ones kept in the state, for
 * who was away when it was sent. Everything here is a function of the state and the record, so a replay keeps the
 * same. Bounded: beyond the limits the oldest go, and their numbers show the client that it missed them.
 */
import {
  answerCharactersMax,
  type CommandAnswer,
  eventCharactersMax,
  eventsKeptCharactersMax,
  eventsKeptMax,
  type Plain,
  type Told,
} from "../../shared/game/game.ts";
import type { GameEvent } from "../../shared/wire/room-messages.ts";

interface KeptEvent extends GameEvent {
  /** As JSON. */
  readonly characters: number;
}

/** What one seat was told. */
export interface SeatEvents {
  /** Number of the last one. */
  last: number;
  /** The newest, oldest first. */
  kept: KeptEvent[];
}

/** A place in the match that may be told something. */
interface Place {
  readonly seat: number | "spectator";
  told?: SeatEvents;
}

export function keepTold(places: readonly Place[], told: readonly Told[], tick: number): void {
  for (const { to, name, payload = null } of told) {
    const json = JSON.stringify(payload);
    for (const place of places) if (to === "all" || to === place.seat) keep(place, { tick, name, json });
  }
}

/** A copy of its own: the game may go on changing what it gave. */
function keep(place: Place, { tick, name, json }: { tick: number; name: string; json: string }): void {
  place.told ??= { last: 0, kept: [] };
  const { told } = place;
  told.last += 1;
  const characters = name.length + json.length;
  if (characters > eventCharactersMax) return;
  told.kept.push({ id: told.last, tick, name, payload: JSON.parse(json) as Plain, characters });
  let kept = told.kept.reduce((sum, each) => sum + each.characters, 0);
  while (told.kept.length > eventsKeptMax || kept > eventsKeptCharactersMax)
    kept -= told.kept.shift()!.characters;
}

/** What is sent and kept of an answer: nothing that a client cannot be sent, nor that the game may still change. */
export function boundedAnswer(answer: CommandAnswer): CommandAnswer {
  if (!answer.ok || answer.data === undefined) return answer;
  const json = JSON.stringify(answer.data);
  if (json.length > answerCharactersMax) return { ok: true, tooLarge: true };
  return { ok: true, data: JSON.parse(json) as Plain };
}
