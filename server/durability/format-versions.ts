/**
 * Which versions of a stored kind this server reads, and what it says about others. Every kind of bytes counts its
 * own versions: a table has a reader for each readable version, and the highest one is written. docs/formats.md lists
 * what is stored, and where its version is. This module knows no kind.
 */

/** Readers by version. Invariant: without a gap; the highest version is the one that is written. */
export type ReadersByVersion<Reader> = Readonly<Record<number, Reader>>;

/** newer: written by a newer server. dropped: too old; this server no longer has a reader for it. */
export type VersionFault = "newer" | "dropped";

export function newestVersion(readers: ReadersByVersion<unknown>): number {
  return Math.max(...Object.keys(readers).map(Number));
}

function oldestVersion(readers: ReadersByVersion<unknown>): number {
  return Math.min(...Object.keys(readers).map(Number));
}

/** Why there is no reader for `version`; undefined when there is one. */
export function versionFault(readers: ReadersByVersion<unknown>, version: number): VersionFault | undefined {
  if (Object.hasOwn(readers, version)) return undefined;
  return version > newestVersion(readers) ? "newer" : "dropped";
}

/**
 * Says which of the two is older, and what to start.
 * @param what is in `version`, e.g. "2 record(s)"; a version without a reader
 */
export function versionRefusal(what: string, version: number, readers: ReadersByVersion<unknown>): string {
  const written = `${what} in format ${version}`;
  return versionFault(readers, version) === "newer"
    ? `${written}, this server reads up to ${newestVersion(readers)}: start the newer version that wrote it`
    : `${written}, this server reads from ${oldestVersion(readers)} on: start an older version that reads both`;
}
