/** Where the numbers of sessions go, and nowhere. */

/** Which request for a session, or with one, it was. */
type RefusedRequest = "begin" | "refresh" | "check";

export interface AccountMetrics {
  sessionBegun(as: "guest" | "identity"): void;
  sessionRefreshed(): void;
  /** @param code of shared/wire/errors.ts */
  sessionRefused(request: RefusedRequest, code: string): void;
}

export const noAccountMetrics: AccountMetrics = {
  sessionBegun: () => {},
  sessionRefreshed: () => {},
  sessionRefused: () => {},
};
