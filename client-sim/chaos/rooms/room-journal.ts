/**
 * The journals of rooms as the replay tool prints them, state by state; through a process of its own, because chaos shares no
 * code with what it checks.
 */
import { readTraces } from "../history/journal.ts";
import type { RoomJournal, RoomMoment } from "./room-history.ts";

interface RoomListLine {
  readonly match: string;
  readonly state: string;
  readonly epoch: number;
}

interface RoomTraceEnd {
  readonly match: string;
  readonly lastTick: number;
  readonly problems?: readonly string[];
}

/** @param store where it is, as flags of the tool @throws when the tool itself fails */
export async function readRoomJournals(store: readonly string[]): Promise<Map<string, RoomJournal>> {
  const journals = new Map<string, RoomJournal>();
  let moments: RoomMoment[] = [];
  await readTraces(store, (text) => {
    const line = JSON.parse(text) as RoomListLine | RoomTraceEnd | RoomMoment;
    if ("hash" in line && "tick" in line) moments.push(line);
    else if ("lastTick" in line)
      journals.set(line.match, { roomId: line.match, moments, problems: line.problems ?? [] });
    else moments = [];
  });
  return journals;
}
