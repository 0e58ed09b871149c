/**
 * What clients with nothing but the Colyseus SDK ask under /matchmake: which methods there are, and what each may
 * bring. What is not named here reaches nobody.
 */
import { z } from "zod";
import { joinOptions } from "./room-messages.ts";

/** Easy to read out, and never taken for a flag: no capital letters, no l, no o, no dash. */
export const matchIdAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
export const matchIdLength = 12;
export const matchId = z.string().regex(/^[a-km-np-z2-9]{12}$/, "no id of a match");

const joins = { options: joinOptions.prefault({}) };
const inGame = { ...joins, game: z.string().min(1).max(64) };

/** By the method that the SDK calls. Its second part of the path is a game, or a match. */
export const matchmakeRequests = {
  joinOrCreate: z.object(inGame),
  create: z.object(inGame),
  join: z.object(inGame),
  joinById: z.object({ ...joins, matchId }),
  reconnect: z.object({
    matchId,
    options: z.object({ reconnectionToken: z.string().regex(/^[\w-]{1,64}$/, "no reconnection token") }),
  }),
} as const;

export type MatchmakeMethod = keyof typeof matchmakeRequests;

/** Checked; with the token of `client.auth.token`, when one was shown, and the address as limits count it. */
export type MatchmakeRequest = { readonly token: string | undefined; readonly address: string } & {
  [Method in MatchmakeMethod]: { readonly method: Method } & z.output<(typeof matchmakeRequests)[Method]>;
}[MatchmakeMethod];
