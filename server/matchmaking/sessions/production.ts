/** The secret that seals the session keys: what a developer needs not think about, production must not start with. */

/** The default of the setting. */
export const developmentSecret = "holdfast-development-only";
const secretLengthMin = 32;

export type ProductionResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: "session/development-key"; readonly detail: string };

/** @param given `production`: NODE_ENV is production, or a setting says so */
export function assertProductionKeys(given: { production: boolean; secret: string }): ProductionResult {
  if (!given.production) return { ok: true };
  const code = "session/development-key";
  if (given.secret === developmentSecret)
    return {
      ok: false,
      code,
      detail: "the session secret is the one of the source code, which everybody knows",
    };
  if (given.secret.length < secretLengthMin)
    return { ok: false, code, detail: `the session secret is shorter than ${secretLengthMin} characters` };
  return { ok: true };
}
