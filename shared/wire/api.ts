/** Shapes of the HTTP API about matches: the server validates with them, /openapi.json shows them, clients get their types. */
import { z } from "zod";
import { givenName } from "./given-name.ts";
import { profile } from "./profile.ts";
import { playerName, userId } from "./sessions.ts";

export const joinRequest = z.strictObject({
  game: z.string().min(1).max(32).default("arena"),
  /** Shown to other players; the game may shorten it. Default: the name in the session. */
  name: givenName.optional(),
  spectate: z.boolean().default(false),
  /** false: join an existing match only, never create one. */
  create: z.boolean().optional(),
  /** Asks for this match instead of any with a free seat. A player who has a seat in it gets that seat back. */
  matchId: z.string().min(1).max(64).optional(),
  /** Used if this join creates a match; the game validates them. */
  options: z.record(z.string(), z.unknown()).optional(),
});

export type JoinRequest = z.infer<typeof joinRequest>;

/** A player as the node that checked the session knows them. */
export const joiner = z.strictObject({
  userId,
  name: playerName.optional(),
  /** What the issuer of their session vouches for. */
  profile: profile.optional(),
  /** The caller's address, as the limits count it. */
  address: z.string().max(100).optional(),
  /** The session, so that the seat ends with it. Only the accounts know what its fields mean. */
  session: z.strictObject({ id: z.string(), era: z.number(), device: z.string().optional() }).optional(),
});
export type Joiner = Readonly<z.infer<typeof joiner>>;
/** What is kept of a player in a match, to tell whether a ban or a sign-out concerns them. */
export type Bearer = Pick<Joiner, "userId" | "session">;

export const seatReservation = z
  .object({
    name: z.string(),
    sessionId: z.string(),
    roomId: z.string(),
    processId: z.string(),
    publicAddress: z.string().optional(),
    /** Present when the player has the seat already and returns to it. */
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

/** A running match. 404 `match/unknown` means that it runs nowhere; while it has no owner, the answer is 503. */
export const matchInfo = z
  .object({
    id: z.string(),
    game: z.string(),
    tick: z.int(),
    epoch: z.int(),
    node: z.string(),
    /** host:port at which clients reach its owner; absent when they reach it at the origin that was asked. */
    address: z.string().optional(),
    seats: z.object({ taken: z.int(), max: z.int() }).readonly(),
    /** The queue that made the match, which alone gives out its seats. */
    queue: z.string().optional(),
    /** Nobody is in it, and it is not in any process: who joins it wakes it. `node` is its last owner. */
    asleep: z.literal(true).optional(),
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
    /** With `ticket/already-waiting`: the ticket that waits. */
    ticketId: z.string().optional(),
    /** With `server/failed`: the id of this failure, which the server's log has too. */
    instance: z.string().optional(),
    /** For the Colyseus SDK, which shows nothing else: code and detail in one text. */
    error: z.string().optional(),
    /** With `ticket/in-match`: the match that the player is in. */
    matchId: z.string().optional(),
  })
  .readonly()
  .meta({ id: "Problem", description: "application/problem+json (RFC 9457)" });

export type Problem = z.infer<typeof problemBody>;
