/**
 * The fingerprint of a game's rules, as far as it is known: a short text that is another one when the source is. What
 * loads a game says it (server/rules-files.ts). It is no part of the contract and decides nothing about a match by itself.
 */

const fingerprints = new WeakMap<object, string>();

export function fingerprintOf(game: object): string | undefined {
  return fingerprints.get(game);
}

export function setFingerprint(game: object, fingerprint: string | undefined): void {
  if (fingerprint === undefined) fingerprints.delete(game);
  else fingerprints.set(game, fingerprint);
}

const definitions = new WeakMap<object, object>();

/** What the author of a game wrote: of a game that `defineGame` made, what it was given. */
export function definitionOf(game: object): object {
  return definitions.get(game) ?? game;
}

export function setDefinition(game: object, definition: object): void {
  definitions.set(game, definition);
}
