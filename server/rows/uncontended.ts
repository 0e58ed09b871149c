/**
 * A read, a decision and a conditional write, tried again while others change the same rows at the same moment. Each try
 * reads anew. Owns the limit of tries and the answer at it.
 */
import { StoreError } from "../store-error.ts";

export const contendedTriesMax = 16;

/** The answer of an attempt whose write was refused because of others. */
export const again = Symbol("again");

/**
 * @param tried in words, for the error
 * @param attempt gets how often it was tried before
 * @throws StoreError (rejects) `store/contended`
 */
export async function uncontended<Result>(
  tried: string,
  attempt: (earlier: number) => Promise<Result | typeof again>,
): Promise<Result> {
  for (let earlier = 0; earlier < contendedTriesMax; earlier++) {
    const result = await attempt(earlier);
    if (result !== again) return result;
  }
  throw new StoreError("store/contended", tried);
}
