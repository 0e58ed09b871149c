/** Shapes of the HTTP API of matches: what callers send and get. The server validates with these, clients type with them. */
import { z } from "zod";

export const joinRequest = z.strictObject({
  game: z.string().min(1).max(32).default("arena"),
  /** Shown to the others; the game shortens and cleans it. */
  name: z.string().max(64).default("player"),
  spectate: z.boolean().default(false),
  /** A certain match instead of any with a free seat. */
  matchId: z.string().min(1).max(64).optional(),
  /** For a match that is made by this join; the game validates them. */
  options: z.record(z.string(), z.unknown()).optional(),
});

export type JoinRequest = z.infer<typeof joinRequest>;

export const seatReservation = z
  .object({
    name: z.string(),
    sessionId: z.string(),
    roomId: z.string(),
    processId: z.string(),
    publicAddress: z.string().optional(),
  })
  .describe("For `client.consumeSeatReservation` of the Colyseus SDK; valid for 15 s.");

export type SeatReservation = Readonly<z.infer<typeof seatReservation>>;

export const joinResponse = z.object({ reservation: seatReservation, matchId: z.string() });

export type JoinResponse = Readonly<z.infer<typeof joinResponse>>;

/** Of a match that is running. 404 `match/unknown` says that it is not, anywhere; between two owners it is a 503. */
export const matchInfo = z.object({
  id: z.string(),
  game: z.string(),
  tick: z.int(),
  epoch: z.int(),
  node: z.string(),
  address: z
    .string()
    .optional()
    .describe("host:port of its owner; absent when the origin that was asked leads there by itself."),
  seats: z.object({ taken: z.int(), max: z.int() }).readonly(),
  startedAt: z.string().describe("ISO 8601."),
});

export type MatchInfo = Readonly<z.infer<typeof matchInfo>>;

export const matchList = z.object({ matches: z.array(matchInfo.readonly()).readonly() });

export type MatchList = Readonly<z.infer<typeof matchList>>;

/** RFC 9457. `code` is in errors.ts. */
export const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  ticketId: z.string().optional().describe("Of `ticket/already-waiting`: the ticket that waits."),
});

export type Problem = Readonly<z.infer<typeof problemShape>>;
