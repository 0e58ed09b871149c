/**
 * The fingerprint of a game's rules, as far as it is known: a short text that is another one when the source is. What
 * loads a game from files says it (server/rules-files.ts); a game that a program has in hand has none. It is no part of
 * the contract and decides nothing about a match by itself.
 */

const fingerprints = new WeakMap<object, string>();

export function fingerprintOf(game: object): string | undefined {
  return fingerprints.get(game);
}

export function setFingerprint(game: object, fingerprint: string | undefined): void {
  if (fingerprint === undefined) fingerprints.delete(game);
  else fingerprints.set(game, fingerprint);
}
