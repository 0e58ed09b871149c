/** The work of a process for the matches that queues made in it: it reports who came, and asks for players. */

import { BackfillRequests } from "../../matchmaking/director/backfill-requests.ts";
import { AttendanceLook } from "../../matchmaking/tickets/attendance-look.ts";
import type { Log } from "../../ops/log.ts";
import { every } from "../../ops/work.ts";
import type { MatchProcess } from "../match-process.ts";
import type { Matchmaking } from "./open.ts";

export interface MatchWorkParts {
  readonly matchmaking: Matchmaking;
  readonly process: Pick<MatchProcess, "rooms" | "invitations">;
  /** Whether this process owns its matches now. A node of a fleet may not have joined it yet, or is leaving it. */
  readonly owns: () => boolean;
  readonly log: Log;
}

/** @returns a function that ends it */
export function startMatchWork({ matchmaking, process, owns, log }: MatchWorkParts): () => Promise<void> {
  const { parts } = matchmaking;
  const { rooms, invitations } = process;
  const requests = new BackfillRequests({
    parts,
    matches: () => (owns() ? rooms.bookedMatches() : []),
    every: (ms, run) => every("backfill-requests", ms, run),
    log: (message, details) => log.warn(details, message),
  });
  const attendance = new AttendanceLook({
    parts,
    seen: () => (owns() ? invitations.attendance() : undefined),
    callOff: (matchId) => invitations.callOff(matchId),
    every: (ms, run) => every("attendance", ms, run),
    log: (message, details) => log.info(details, message),
  });
  return async () => {
    await Promise.all([requests.stop(), attendance.stop()]);
  };
}
