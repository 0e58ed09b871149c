/** Who a player is to the server: a session, begun as a guest or with a token of an identity provider. */
import type { NewSession } from "../wire/sessions.ts";
import { type Answered, type ApiAccess, ask } from "./api.ts";

/**
 * @param name as others are to see the player
 * @param identityToken of the server's identity provider; left out: a guest that nobody has been before
 * @throws ApiError
 */
export function beginSession(
  access: ApiAccess,
  name?: string,
  identityToken?: string,
): Promise<NewSession & Answered> {
  return ask(access, "beginSession", {
    body: { ...(name !== undefined && { name }), ...(identityToken !== undefined && { identityToken }) },
  });
}

/** A new token for the same user. @param name another one than before, if given. @throws ApiError */
export function renewSession(access: ApiAccess, name?: string): Promise<NewSession & Answered> {
  return ask(access, "renewSession", { body: name === undefined ? {} : { name } });
}

/** Signs out, on this device or everywhere. @throws ApiError */
export async function endSession(access: ApiAccess, everywhere = false): Promise<void> {
  await ask(access, "endSession", { query: { everywhere: String(everywhere) } });
}
