/** Shapes of the HTTP API that concern matches. The server validates with them, /openapi.json shows them, clients type with them. */
import { z } from "zod";
import { playerName, userId } from "./sessions.ts";

export const joinRequest = z.strictObject({
  game: z.string().min(1).max(32).default("arena"),
  /** Shown to the others; the game shortens and cleans it. Left out: the session's. */
  name: playerName.optional(),
  spectate: z.boolean().default(false),
  /** false: only a match that is there, never a new one. */
  create: z.boolean().optional(),
  /** A certain match instead of any with a free seat. Whoever has a seat in it comes back to that seat. */
  matchId: z.string().min(1).max(64).optional(),
  /** For a match that is made by this join; the game validates them. */
  options: z.record(z.string(), z.unknown()).optional(),
});

export type JoinRequest = z.infer<typeof joinRequest>;

/** A player as whoever checked the session knows them. */
export const joiner = z.strictObject({
  userId,
  name: playerName.optional(),
  /** From where they ask, as limits count addresses. */
  address: z.string().max(100).optional(),
  /** By which session, so that the seat ends with it; what is in it, matchmaking knows. */
  session: z.strictObject({ id: z.string(), era: z.number(), device: z.string().optional() }).optional(),
});
export type Joiner = Readonly<z.infer<typeof joiner>>;
/** What is remembered of who has a place: whether a ban or a sign-out is about them. */
export type Bearer = Pick<Joiner, "userId" | "session">;

export const seatReservation = z
  .object({
    name: z.string(),
    sessionId: z.string(),
    roomId: z.string(),
    processId: z.string(),
    publicAddress: z.string().optional(),
    /** Of a player who has the seat already: they come back to it. */
    reconnectionToken: z.string().optional(),
  })
  .readonly()
  .meta({ id: "SeatReservation", description: "For `client.consumeSeatReservation` of the Colyseus SDK" });

export type SeatReservation = z.infer<typeof seatReservation>;

export const joinResponse = z
  .object({
    /** Valid for 15 s. */
    reservation: seatReservation,
    matchId: z.string(),
  })
  .readonly();

export type JoinResponse = z.infer<typeof joinResponse>;

/** Of a match that is running. 404 `match/unknown` says that it is not, anywhere; between two owners it is a 503. */
export const matchInfo = z
  .object({
    id: z.string(),
    game: z.string(),
    tick: z.int(),
    epoch: z.int(),
    node: z.string(),
    /** host:port at which clients reach its owner; absent when the origin that was asked leads there by itself. */
    address: z.string().optional(),
    seats: z.object({ taken: z.int(), max: z.int() }).readonly(),
    /** Of a match that a queue made: it alone gives out the seats. */
    queue: z.string().optional(),
    /** ISO 8601. */
    startedAt: z.iso.datetime(),
  })
  .readonly()
  .meta({ id: "Match" });

export type MatchInfo = z.infer<typeof matchInfo>;

export const matchList = z.object({ matches: z.array(matchInfo).readonly() }).readonly();
export type MatchList = z.infer<typeof matchList>;

/** RFC 9457. `code` is in errors.ts. */
export const problemBody = z
  .object({
    /** Where the code is explained, relative to the address that was asked. */
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    /** Of `ticket/already-waiting`: the ticket that waits. */
    ticketId: z.string().optional(),
    /** Of `server/failed`: this one failure. The log of the server names it too. */
    instance: z.string().optional(),
    /** Of /matchmake, for the Colyseus SDK: code and detail in one text. */
    error: z.string().optional(),
    /** Of `ticket/in-match`: the match that is played. */
    matchId: z.string().optional(),
  })
  .readonly()
  .meta({ id: "Problem", description: "application/problem+json (RFC 9457)" });

export type Problem = z.infer<typeof problemBody>;
