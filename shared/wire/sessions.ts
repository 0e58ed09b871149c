/** Shapes of sessions: who a caller is, and the token that says so. */
import { z } from "zod";
import { givenName } from "./given-name.ts";

/** Shown to others; what a player gave, as `givenName` made it. */
export const playerName = z.string().min(1).max(64);
/** `guest:…`, or the identity provider's name and the user's subject there. */
export const userId = z.string().min(1).max(200);
/** Enough for the largest tokens of identity providers. */
const tokenLengthMax = 8192;

/** A random key that a client makes once and keeps, so that an operator can ban a guest's device. */
export const deviceKey = z.string().regex(/^[\w-]{16,64}$/, "16 to 64 of A-Z a-z 0-9 _ -");

export const sessionRequest = z
  .strictObject({
    name: givenName.optional(),
    /** A token of the configured identity provider, which is exchanged; without it, the session is a new guest's. */
    identityToken: z.string().min(1).max(tokenLengthMax).optional(),
    /** A guest's device. */
    device: deviceKey.optional(),
  })
  .prefault({});

export type SessionRequest = z.input<typeof sessionRequest>;

export const refreshRequest = z.strictObject({
  refreshToken: z.string().min(1).max(tokenLengthMax),
  /** Default: as before. */
  name: givenName.optional(),
});

const who = { userId, name: playerName.optional(), expiresAt: z.iso.datetime() };

export const sessionInfo = z.object(who).readonly().meta({ id: "Session" });

export const newSession = z
  .object({
    /** For `Authorization: Bearer` on every other route, and for `client.auth.token` of the Colyseus SDK. */
    token: z.string(),
    ...who,
    /** How long the token is valid, for callers whose clock differs. */
    expiresInSeconds: z.int(),
    /** Only for `POST /v1/sessions/refresh`: keep it secret. It is valid for longer than the token. */
    refreshToken: z.string(),
  })
  .readonly()
  .meta({ id: "NewSession" });

export type SessionInfo = z.infer<typeof sessionInfo>;
export type NewSession = z.infer<typeof newSession>;

export const signOutQuery = z.strictObject({
  /** `true`: every session of the user, not only this one. */
  everywhere: z.enum(["true", "false"]).default("false"),
});
