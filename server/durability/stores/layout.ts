/**
 * The versions of what surrounds the frames: the files and keys of a data directory, and the keys in Redis. Each
 * counts its own, and has only its first so far. A place without a number has the first version. A later layout
 * writes its number before anything else, so that a server that cannot read it changes nothing there.
 */
import { StoreError } from "../../store-error.ts";
import { type ReadersByVersion, versionFault, versionRefusal } from "../format-versions.ts";

/** Where each layout is described. */
export const directoryLayouts: ReadersByVersion<string> = { 1: "catalogue.ts, wal-block.ts" };
export const redisLayouts: ReadersByVersion<string> = { 1: "redis-keys.ts" };

/**
 * @param stored the number as it is written there, in digits; undefined when there is none
 * @throws StoreError `store/newer-version`, `store/dropped-version`
 */
export function assertLayout(
  what: string,
  stored: string | undefined,
  layouts: ReadersByVersion<string>,
): void {
  const version = stored === undefined ? 1 : /^\d{1,9}$/.test(stored) ? Number(stored) : Number.NaN;
  if (Number.isNaN(version))
    throw new StoreError("store/unavailable", `${what} has an invalid format number: it is damaged`);
  const fault = versionFault(layouts, version);
  if (fault === undefined) return;
  const code = fault === "newer" ? "store/newer-version" : "store/dropped-version";
  throw new StoreError(code, versionRefusal(`${what} is`, version, layouts));
}
