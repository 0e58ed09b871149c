/**
 * What nodes say to each other about a match that a queue made: who made it, and who it is for. Its seats are
 * given out by the queue alone; side t has the seats from t × teamSize on.
 */
import { z } from "zod";
import { joiner, joinRequest, seatReservation } from "./api.ts";

const word = z.string().min(1).max(40);
const seatsMax = 128;

const ticketId = z.string().min(1).max(80);

/** A player that a match was made for: the seat is theirs when they come. */
const invited = z.strictObject({
  userId: joiner.shape.userId,
  seat: z.int().min(0).max(seatsMax),
  ticketId: ticketId.optional(),
});

export type Invited = Readonly<z.infer<typeof invited>>;

/** Kept with the match for as long as it is. */
export const matchOrigin = z.strictObject({
  queue: word,
  region: word,
  mode: word.optional(),
  teams: z.int().min(1).max(seatsMax),
  teamSize: z.int().min(1).max(seatsMax),
  /** Whether it asks for players when seats are free. */
  backfill: z.boolean(),
  /** How long somebody who has a seat is waited for. */
  arriveSeconds: z.number().min(0).max(3600).optional(),
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
    /** The same when it is asked again: a match is made once for each. */
    proposalId: z.string().min(1).max(64),
    players: z.array(bookedPlayer).min(1).max(seatsMax),
    /** A running match; left out: a new one. */
    matchId: z.string().min(1).max(64).optional(),
    newMatch: z
      .strictObject({
        game: z.string().min(1).max(32),
        /** The queue's own; the game makes those of this match from them. */
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
