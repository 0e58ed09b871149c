/** Where the door of a match is now, as the API tells it. It asks once, and says so when it was told nothing. */
import { type ApiAccess, ApiError, fetchMatch, originsOf } from "./api.ts";
import { doorAddress } from "./server-address.ts";

/** One question to all origins together; a try to come back must not wait much longer for an answer. */
const questionMsMax = 2_000;

export type MatchDoor =
  /** `at`: of its WebSocket, without the room; `origin`: who told it. */
  | { readonly kind: "open"; readonly at: string; readonly origin: string }
  /** No running match has this id. */
  | { readonly kind: "unknown" }
  | { readonly kind: "no-answer" };

export async function matchDoor(access: ApiAccess, id: string): Promise<MatchDoor> {
  const timeoutMs = questionMsMax / originsOf(access.url).length;
  // Who tries to come back asks again by itself, later.
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
