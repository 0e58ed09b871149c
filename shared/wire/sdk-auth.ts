/** What `client.auth` of the Colyseus SDK sends and gets; its tokens are those of sessions.ts. */
import { z } from "zod";
import { givenName } from "./given-name.ts";
import { deviceKey, playerName, userId } from "./sessions.ts";

/** `client.auth.signInAnonymously({ name, device })`. */
export const sdkSignIn = z.object({
  options: z.object({ name: givenName.optional(), device: deviceKey.optional() }).nullish(),
});

/** The `user` of its answers. */
export const sdkUser = z.object({
  id: userId,
  name: playerName.optional(),
  anonymous: z.boolean(),
  /** Afterwards the token is refused; the SDK does not renew it by itself. */
  expiresAt: z.iso.datetime(),
});
