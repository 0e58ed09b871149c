/** Shapes of tickets and queues: what a player asks of matchmaking, and the result. */
import { z } from "zod";
import { seatReservation } from "./api.ts";
import { playerName, userId } from "./sessions.ts";

/** Names of queues, regions, modes and roles. */
const word = z.string().min(1).max(40);
const rolesMax = 16;
const roundTripMsMax = 10_000;
/** More regions than a queue has. */
const regionsMax = 64;

export const latencyMs = z
  .record(word, z.number().min(0).max(roundTripMsMax))
  .refine((trips) => Object.keys(trips).length <= regionsMax, `at most ${regionsMax} regions`)
  .meta({
    description:
      "Region to round trip in ms. A region that is left out is refused; without any, all are accepted",
    maxProperties: regionsMax,
  });
export const roles = z.array(word).min(1).max(rolesMax);

export const ticketRequest = z
  .strictObject({
    queue: word,
    /** The party that all members agreed to; they gave roles and round trips with `ready`. */
    party: z.strictObject({ id: z.string().min(1).max(40), revision: z.int().min(1) }).optional(),
    /** Roles that you are willing to play; default: any. */
    roles: roles.optional(),
    latencyMs: latencyMs.default({}),
    /** Default: any mode of the queue. */
    mode: word.optional(),
    /** Whether a seat in a running match is acceptable, too. */
    backfill: z.boolean().default(true),
  })
  .refine(({ party, roles: own, latencyMs: trips }) => !party || (!own && Object.keys(trips).length === 0), {
    path: ["party"],
    message: "members of a party give their roles and round trips with `ready`",
  });

export type TicketRequest = z.input<typeof ticketRequest>;

const ticketBase = {
  id: z.string(),
  queue: word,
  /** Grows with every change; the next request sends it as `known`. */
  version: z.int(),
  players: z.array(z.object({ userId, name: playerName.optional() }).readonly()).readonly(),
  mode: word.optional(),
  backfill: z.boolean(),
  partyId: z.string().optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
};

const search = z
  .object({
    waitedMs: z.int(),
    /** Present only after a match that the player did not come to: the search begins then. */
    notBefore: z.iso.datetime().optional(),
    /** Mean of its players' mu (see docs/matchmaking.md); new players begin at 25. */
    rating: z.number(),
    /** Opponents may differ from it by this much, up and down. */
    ratingWindow: z.number(),
    /** How far above an equal chance the favourite's chance may be. */
    unfairnessMax: z.number(),
    /** Longest round trip that is accepted. */
    latencyMsMax: z.number(),
  })
  .readonly()
  .meta({ id: "Search", description: "What the search accepts at this moment; it widens with time" });

const assignment = z
  .object({
    matchId: z.string(),
    /** host:port of the match's node; absent when clients reach it at the origin that was asked. */
    address: z.string().optional(),
    region: word,
    /** Side of the match, from 0. */
    team: z.int(),
    /** The role to play, in a queue with roles. */
    role: word.optional(),
    /** The caller's reservation, valid for 15 s. */
    reservation: seatReservation,
  })
  .readonly()
  .meta({ id: "Assignment" });

const ended = { endedAt: z.iso.datetime() };

/** The states in order of life; a ticket is in exactly one. */
export const ticket = z
  .discriminatedUnion("state", [
    z.object({ ...ticketBase, state: z.literal("waiting"), search }).readonly(),
    /** Seats are being booked; if that fails, the ticket goes back to `waiting`. */
    z.object({ ...ticketBase, state: z.literal("proposed"), search }).readonly(),
    z.object({ ...ticketBase, state: z.literal("assigned"), ...ended, assignment }).readonly(),
    /** No match was found in time. */
    z.object({ ...ticketBase, state: z.literal("expired"), ...ended }).readonly(),
    z
      .object({
        ...ticketBase,
        state: z.literal("cancelled"),
        ...ended,
        /** Absent when a player cancelled it, or when nobody asked about it any more. */
        reason: z.literal("ticket/no-show").optional(),
        /** With that reason: ids of the party's members who did not come. */
        missing: z.array(userId).readonly().optional(),
      })
      .readonly(),
  ])
  .meta({ id: "Ticket" });

export type TicketInfo = z.infer<typeof ticket>;
export type AssignmentInfo = z.infer<typeof assignment>;

const waitSecondsMax = 60;
/** A whole number as text in an address. */
export const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(0).max(max));

export const ticketQuery = z.strictObject({
  /** The answer comes as soon as the ticket changes, at the latest after this. */
  waitSeconds: wholeNumber(waitSecondsMax).optional(),
  /** The `version` that the caller has; if it is out of date, the answer comes at once. */
  known: wholeNumber(Number.MAX_SAFE_INTEGER).optional(),
});

export const queueInfo = z
  .object({
    name: word,
    game: z.string(),
    teams: z.int(),
    teamSize: z.int(),
    partySizeMax: z.int(),
    modes: z.array(word).readonly().optional(),
    regions: z.array(word).readonly(),
    /** Region to an address of a server there, by which a client can measure how far it is. */
    regionUrls: z.record(word, z.string()).optional(),
    /** Role to its number of seats in every team. */
    roles: z.record(word, z.int()).optional(),
    /** Bots take empty seats after this long. */
    botsAfterSeconds: z.number().optional(),
  })
  .readonly()
  .meta({ id: "Queue" });

export type QueueInfo = z.infer<typeof queueInfo>;
export const queueList = z.object({ queues: z.array(queueInfo).readonly() }).readonly();
