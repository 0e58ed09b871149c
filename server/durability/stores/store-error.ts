/**
 * Turns what a disk or lmdb threw into the port's StoreError: a full disk is one code, everything else another.
 */
import { StoreError } from "../../store-error.ts";

/** lmdb gives numbers of errno.h, Node gives their names. */
const fullCodes: readonly unknown[] = ["ENOSPC", "EDQUOT", 28, 122];

/** @param tried what was being done, on which match or range */
export function storeErrorOf(error: unknown, tried: string): StoreError {
  if (error instanceof StoreError) return error;
  const full = fullCodes.includes((error as { code?: unknown }).code);
  const why = full ? "the disk is full" : (error as Error).message;
  return new StoreError(full ? "store/full" : "store/unavailable", `${tried} failed: ${why}`, {
    cause: error,
  });
}
