/** Shapes of parties: players who queue together. */
import { z } from "zod";
import { playerName, userId } from "./sessions.ts";
import { latencyMs, roles } from "./tickets.ts";

export const party = z
  .object({
    id: z.string(),
    /** An invite for friends: anybody who knows it may join. */
    invite: z.string(),
    /** Grows when somebody joins or leaves. */
    revision: z.int(),
    /** Puts the party into a queue; it is the member who has been in it longest. */
    leader: userId,
    members: z
      .array(
        z
          .object({
            userId,
            name: playerName.optional(),
            /** Has agreed to queue with the party as it is at this revision. */
            ready: z.boolean(),
            roles: roles.readonly().optional(),
            latencyMs,
          })
          .readonly(),
      )
      .readonly(),
    /** The ticket with which the party last queued; it may have ended. */
    ticketId: z.string().optional(),
  })
  .readonly()
  .meta({ id: "Party" });

export type PartyInfo = z.infer<typeof party>;

export const joinPartyRequest = z.strictObject({ invite: z.string().min(1).max(64) });

export const readyRequest = z.strictObject({
  /** The party as you saw it. */
  revision: z.int().min(1),
  ready: z.boolean().default(true),
  roles: roles.optional(),
  latencyMs: latencyMs.default({}),
});

export type ReadyRequest = z.input<typeof readyRequest>;
