/** Asks the API once where a match can be reached now, and says so when there was no answer. */
import { type ApiAccess, ApiError, fetchMatch, originsOf } from "./api.ts";
import { doorAddress } from "./server-address.ts";

/** Limit of one request to all origins together; a reconnect attempt must not wait much longer. */
const questionMsMax = 2_000;

export type MatchDoor =
  /** `at` is the WebSocket address without the room; `origin` is the API that named it. */
  | { readonly kind: "open"; readonly at: string; readonly origin: string }
  /** No running match has this id. */
  | { readonly kind: "unknown" }
  | { readonly kind: "no-answer" };

export async function matchDoor(access: ApiAccess, id: string): Promise<MatchDoor> {
  const timeoutMs = questionMsMax / originsOf(access.url).length;
  // No retry here: the next reconnect attempt asks again.
  const pause = async () => undefined;
  try {
    const { address, origin } = await fetchMatch({ ...access, attemptsMax: 1, timeoutMs, pause }, id);
    const at = doorAddress(origin, address);
    return at === undefined ? { kind: "no-answer" } : { kind: "open", at, origin };
  } catch (error) {
    const unknown = error instanceof ApiError && error.code === "match/unknown";
    return { kind: unknown ? "unknown" : "no-answer" };
  }
}
