/**
 * What clients with nothing but the Colyseus SDK may request under /matchmake: the methods and the fields of each.
 * Whatever is not named here is dropped.
 */
import { z } from "zod";
import { joinOptions } from "./room-messages.ts";

/** Easy to read out, and cannot look like a flag: no capital letters, no l, no o, no dash. */
export const matchIdAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
export const matchIdLength = 12;
export const matchId = z.string().regex(/^[a-km-np-z2-9]{12}$/, "not the id of a match");

const joins = { options: joinOptions.prefault({}) };
const inGame = { ...joins, game: z.string().min(1).max(64) };

/** By the method that the SDK calls. The next part of the path is a game or a match. */
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

/** A validated request, with the token of `client.auth.token`, if any, and the caller's address as limits count it. */
export type MatchmakeRequest = { readonly token: string | undefined; readonly address: string } & {
  [Method in MatchmakeMethod]: { readonly method: Method } & z.output<(typeof matchmakeRequests)[Method]>;
}[MatchmakeMethod];
