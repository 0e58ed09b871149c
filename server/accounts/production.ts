/** The secret that seals the session keys: optional in development, required in production. */

import { madeSecret } from "./session-secret.ts";

/** A former default, which is publicly known because it is in the source code. */
const developmentSecret = "holdfast-development-only";
const secretLengthMin = 32;

export type ProductionResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "session/development-key"; readonly detail: string };

/** @param given `production`: NODE_ENV is production, or a setting says so; `keepsApart`: one that is made lies where only its owner reads */
export function assertProductionKeys(given: {
  production: boolean;
  secret: string;
  keepsApart: boolean;
}): ProductionResult {
  if (!given.production) return { ok: true };
  const code = "session/development-key";
  if (given.secret === madeSecret && given.keepsApart) return { ok: true };
  if (given.secret === madeSecret)
    return {
      ok: false,
      code,
      detail: "set one, the same on every node: one that the server creates would lie beside what it seals",
    };
  if (given.secret === developmentSecret)
    return {
      ok: false,
      code,
      detail: "the session secret is the publicly known one of the source code",
    };
  if (given.secret.length < secretLengthMin)
    return { ok: false, code, detail: `the session secret is shorter than ${secretLengthMin} characters` };
  return { ok: true };
}
