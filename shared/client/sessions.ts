/** Sessions, which tell the server who a player is: begun as a guest or with a token of an identity provider. */
import type { NewSession } from "../wire/sessions.ts";
import { type Answered, type ApiAccess, ask } from "./api.ts";

const deviceKeyLength = 24;

export interface Beginning {
  /** Token of the server's identity provider; default: a new guest. */
  readonly identityToken?: string;
  /** A guest's device, from `newDeviceKey`. */
  readonly device?: string;
}

/**
 * @param name that other players see
 * @throws ApiError
 */
export function beginSession(
  access: ApiAccess,
  name?: string,
  beginning: Beginning = {},
): Promise<NewSession & Answered> {
  return ask(access, "beginSession", { body: { ...(name !== undefined && { name }), ...beginning } });
}

/** Make it once for a device and keep it there. It reveals nothing about the device. */
export function newDeviceKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(deviceKeyLength));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

/** New tokens of the same session. @param name a new name, if given. @throws ApiError */
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
