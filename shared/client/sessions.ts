/** Who a player is to the server: a session, begun as a guest or with a token of an identity provider. */
import type { NewSession } from "../wire/sessions.ts";
import { type Answered, type ApiAccess, ask } from "./api.ts";

const deviceKeyLength = 24;

export interface Beginning {
  /** Of the server's identity provider; left out: a guest that nobody has been before. */
  readonly identityToken?: string;
  /** Of a guest: the device they are on, of `newDeviceKey`. */
  readonly device?: string;
}

/**
 * @param name as others are to see the player
 * @throws ApiError
 */
export function beginSession(
  access: ApiAccess,
  name?: string,
  beginning: Beginning = {},
): Promise<NewSession & Answered> {
  return ask(access, "beginSession", { body: { ...(name !== undefined && { name }), ...beginning } });
}

/** To be made once for a device and kept there. It says nothing about it. */
export function newDeviceKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(deviceKeyLength));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

/** New tokens of the same session. @param name another one than before, if given. @throws ApiError */
export function refreshSession(
  access: ApiAccess,
  refreshToken: string,
  name?: string,
): Promise<NewSession & Answered> {
  return ask(access, "refreshSession", { body: { refreshToken, ...(name !== undefined && { name }) } });
}

/** Signs out, on this device or everywhere. @throws ApiError */
export async function endSession(access: ApiAccess, everywhere = false): Promise<void> {
  await ask(access, "endSession", { query: { everywhere: String(everywhere) } });
}
