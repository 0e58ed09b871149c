/**
 * How a bot gets into rated matches: one session for its life, so that it keeps its rating, and a ticket for every
 * match. It knows no rules of queues; the server decides what a ticket leads to.
 */
import { ApiError } from "../../shared/client/api.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { OpenRoomOptions } from "../../shared/client/open-room.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import { queueForMatch } from "../../shared/client/tickets.ts";
import type { Connection } from "./connection.ts";

/** @returns a join for `Bot`; it rejects when the ticket ended without a match, and the bot tries again */
export function queueing(
  url: readonly string[],
  queue: string,
  game: string,
): (name: string, stopped: AbortSignal) => Promise<Connection> {
  let session: Promise<{ token: string }> | undefined;
  return async (name, stopped) => {
    session ??= beginSession({ url }, name);
    const { token } = await session.catch((error) => {
      session = undefined;
      throw error;
    });
    const join = (seat: Partial<OpenRoomOptions>) => joinMatch({ url, game, name, session: token, ...seat });
    try {
      const result = await queueForMatch({ url, token }, { queue }, { signal: stopped });
      if (result.kind !== "assigned") throw new Error(`the ticket of ${name} is ${result.kind}`);
      const { assignment } = result;
      // The seat is kept for longer than its reservation.
      return await join({ assignment }).catch(() => join({ matchId: assignment.matchId }));
    } catch (error) {
      if (!(error instanceof ApiError) || error.matchId === undefined) throw error;
      return join({ matchId: error.matchId });
    }
  };
}
