/** Shapes of tickets and queues: what a player asks of matchmaking, and what became of it. */
import { z } from "zod";
import { seatReservation } from "./api.ts";
import { playerName, userId } from "./sessions.ts";

/** Names of queues, regions, modes and roles. */
const word = z.string().min(1).max(40);
const rolesMax = 16;
const roundTripMsMax = 10_000;
/** More than a queue has. */
const regionsMax = 64;

export const latencyMs = z
  .record(word, z.number().min(0).max(roundTripMsMax))
  .refine((trips) => Object.keys(trips).length <= regionsMax, `at most ${regionsMax} regions`)
  .meta({
    description: "Region to round trip in ms. A region left out is refused; none at all: any will do",
    maxProperties: regionsMax,
  });
export const roles = z.array(word).min(1).max(rolesMax);

export const ticketRequest = z
  .strictObject({
    queue: word,
    /** The party as everybody agreed to it; its members said roles and round trips with `ready`. */
    party: z.strictObject({ id: z.string().min(1).max(40), revision: z.int().min(1) }).optional(),
    /** Roles that you are willing to play; none given: any. */
    roles: roles.optional(),
    latencyMs: latencyMs.default({}),
    /** Left out: any mode of the queue. */
    mode: word.optional(),
    /** Whether a seat in a running match is welcome too. */
    backfill: z.boolean().default(true),
  })
  .refine(({ party, roles: own, latencyMs: trips }) => !party || (!own && Object.keys(trips).length === 0), {
    path: ["party"],
    message: "members of a party say their roles and round trips with `ready`",
  });

export type TicketRequest = z.input<typeof ticketRequest>;

const ticketBase = {
  id: z.string(),
  queue: word,
  /** Grows with every change: `known` of the next question. */
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
    /** Only who did not come to a match before: until then nobody is looked for. */
    notBefore: z.iso.datetime().optional(),
    /** Mean of the ticket's players, in OpenSkill's mu; strangers begin at 25. */
    rating: z.number(),
    /** Opponents are looked for within so much of it, up and down. */
    ratingWindow: z.number(),
    /** How much above an equal chance the favourite may be. */
    unfairnessMax: z.number(),
    /** Slowest round trip that is accepted. */
    latencyMsMax: z.number(),
  })
  .readonly()
  .meta({ id: "Search", description: "What is looked for at this moment; it widens with waiting" });

const assignment = z
  .object({
    matchId: z.string(),
    /** host:port of the match's node; absent when the origin that was asked leads there by itself. */
    address: z.string().optional(),
    region: word,
    /** Side of the match, from 0. */
    team: z.int(),
    /** In a queue with roles: the one to play. */
    role: word.optional(),
    /** Of the caller; valid for 15 s. */
    reservation: seatReservation,
  })
  .readonly()
  .meta({ id: "Assignment" });

const ended = { endedAt: z.iso.datetime() };

/** In order of life; a ticket is in exactly one of them. */
export const ticket = z
  .discriminatedUnion("state", [
    z.object({ ...ticketBase, state: z.literal("waiting"), search }).readonly(),
    /** Seats are being asked for; it goes back to `waiting` when nothing comes of it. */
    z.object({ ...ticketBase, state: z.literal("proposed"), search }).readonly(),
    z.object({ ...ticketBase, state: z.literal("assigned"), ...ended, assignment }).readonly(),
    /** No match came together in time. */
    z.object({ ...ticketBase, state: z.literal("expired"), ...ended }).readonly(),
    z
      .object({
        ...ticketBase,
        state: z.literal("cancelled"),
        ...ended,
        /** Left out: one of its players took it back, or nobody asked for it any more. */
        reason: z.literal("ticket/no-show").optional(),
        /** With that reason: ids of those of the party who did not come. */
        missing: z.array(userId).readonly().optional(),
      })
      .readonly(),
  ])
  .meta({ id: "Ticket" });

export type TicketInfo = z.infer<typeof ticket>;
export type AssignmentInfo = z.infer<typeof assignment>;

const waitSecondsMax = 60;
/** As text in an address. */
export const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(0).max(max));

export const ticketQuery = z.strictObject({
  /** Answers as soon as the ticket changes, at the latest after this. */
  waitSeconds: wholeNumber(waitSecondsMax).optional(),
  /** `version` as the caller has it: a ticket that is another one by now is answered at once. */
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
    /** Role to seats of it in every team. */
    roles: z.record(word, z.int()).optional(),
    /** Bots take empty seats after this long. */
    botsAfterSeconds: z.number().optional(),
  })
  .readonly()
  .meta({ id: "Queue" });

export type QueueInfo = z.infer<typeof queueInfo>;
export const queueList = z.object({ queues: z.array(queueInfo).readonly() }).readonly();
