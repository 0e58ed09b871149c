/**
 * Takes secret settings out of the flags that a fleet was given. They reach its nodes through their environment,
 * because every user of a machine can read the arguments of its processes.
 */
import { envOf, flagOf } from "../server/settings/config.ts";
import { type Setting, type SettingName, settings } from "../server/settings/settings.ts";

const secrets = (Object.keys(settings) as SettingName[]).filter(
  (name) => (settings[name] as Setting).secret !== undefined,
);

export function withoutSecrets(flags: readonly string[]): string[] {
  return flags.filter(
    (_flag, at) => secretAt(flags, at) === undefined && secretAt(flags, at - 1)?.value !== at,
  );
}

/** The secrets by the names of their environment variables. */
export function secretsOf(flags: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < flags.length; at++) {
    const secret = secretAt(flags, at);
    if (secret === undefined) continue;
    found[envOf(secret.name)] = secret.inline ?? flags[at + 1] ?? "";
  }
  return found;
}

/** @returns the value as `inline` after an equals sign, or its index in `flags` */
function secretAt(flags: readonly string[], at: number) {
  const [flag, inline] = (flags[at] ?? "").split(/=(.*)/s, 2);
  const name = secrets.find((each) => flag === `--${flagOf(each)}`);
  if (name === undefined) return undefined;
  return inline === undefined ? { name, value: at + 1 } : { name, inline };
}
