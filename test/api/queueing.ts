/** Players who queue over HTTP, for the tests of tickets, parties and the client; and who seats them. */
import type { SeatingResult } from "../../server/matchmaking/director/seating.ts";
import type { Ticket } from "../../server/matchmaking/tickets/ticket.ts";
import { EasySeating } from "../matchmaking/world.ts";
import type { Answer, ApiServer } from "./api-server.ts";

let keys = 0;

/** A key that no request had before. */
export const freshKey = () => `a key of one request ${++keys}`.replaceAll(" ", "-");

export function createTicket(
  { call }: ApiServer,
  token: string | undefined,
  body: unknown = { queue: "duel" },
  key: string = freshKey(),
): Promise<Answer> {
  return call("POST", "/v1/tickets", { token, body, headers: { "idempotency-key": key } });
}

/** Seats everybody in match m1, with reservations of the shape that rooms give. */
export function roomySeating(): EasySeating {
  const seating = new EasySeating();
  seating.before = async (tickets) => seatsOf(tickets);
  return seating;
}

function seatsOf(tickets: readonly Ticket[]): SeatingResult {
  const seats = tickets.flatMap(({ players }) =>
    players.map(({ userId }) => {
      const reservation = { name: "arena", sessionId: `of ${userId}`, roomId: "m1", processId: "p" };
      return [userId, { sessionId: reservation.sessionId, reservation }];
    }),
  );
  return { ok: true, matchId: "m1", address: "node-1:2567", seats: Object.fromEntries(seats) };
}
