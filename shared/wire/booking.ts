/**
 * What nodes tell each other about a match that a queue made: which queue, and for whom. The queue alone gives
 * out its seats; side t has the seats from t × teamSize on.
 */
import { z } from "zod";
import { joiner, joinRequest, seatReservation } from "./api.ts";

const word = z.string().min(1).max(40);
const seatsMax = 128;

const ticketId = z.string().min(1).max(80);

/** A player for whom a match was made; the seat is theirs when they come. */
const invited = z.strictObject({
  userId: joiner.shape.userId,
  seat: z.int().min(0).max(seatsMax),
  ticketId: ticketId.optional(),
});

export type Invited = Readonly<z.infer<typeof invited>>;

/** Kept with the match for its whole life. */
export const matchOrigin = z.strictObject({
  queue: word,
  region: word,
  mode: word.optional(),
  teams: z.int().min(1).max(seatsMax),
  teamSize: z.int().min(1).max(seatsMax),
  /** Whether the match asks its queue for players when seats are free. */
  backfill: z.boolean(),
  /** How long the match waits for an invited player. */
  arriveSeconds: z.number().min(0).max(3600).optional(),
  /** What only the server's side may set of the match. */
  serverOptions: z.record(z.string(), z.unknown()).optional(),
  /** Written by the node that makes the match. */
  invited: z.array(invited).max(seatsMax).optional(),
});

export type MatchOrigin = Readonly<z.infer<typeof matchOrigin>>;

const bookedPlayer = z.strictObject({
  ...joiner.shape,
  team: z.int().min(0).max(seatsMax),
  ticketId: ticketId.optional(),
});

export const bookingRequest = z
  .strictObject({
    /** A repeated request has the same id: one match is made for each id. */
    proposalId: z.string().min(1).max(64),
    players: z.array(bookedPlayer).min(1).max(seatsMax),
    /** Seats in this running match; default: in a new one. */
    matchId: z.string().min(1).max(64).optional(),
    newMatch: z
      .strictObject({
        game: z.string().min(1).max(32),
        /** The queue's options; the game makes those of the match from them. */
        options: z.record(z.string(), z.unknown()),
        /** Seats of each side that bots take. */
        bots: z.array(z.int().min(0).max(seatsMax)),
        origin: matchOrigin,
      })
      .optional(),
  })
  .refine(({ matchId, newMatch }) => (matchId === undefined) !== (newMatch === undefined), {
    message: "either `matchId` or `newMatch`",
  });

export type BookingRequest = Readonly<z.infer<typeof bookingRequest>>;

export const bookingResponse = z.object({
  matchId: z.string(),
  /** By user id; held for 15 s. */
  reservations: z.record(z.string(), seatReservation),
});

export type BookingResponse = Readonly<z.infer<typeof bookingResponse>>;

/** A join on its way from the node that checked the session to the one that has the match. */
export const forwardedJoin = z.strictObject({ request: joinRequest, joiner });
