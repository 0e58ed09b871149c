/**
 * Turns an error of a disk or of lmdb into the port's StoreError: a full disk has its own code, all others share one.
 */
import { StoreError } from "../../store-error.ts";

/** lmdb gives errno numbers, Node gives their names. */
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
