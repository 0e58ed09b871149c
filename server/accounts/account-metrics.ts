/** The metrics of sessions, and their no-op. */

/** The kind of request for a session, or with one. */
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
