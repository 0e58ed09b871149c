/**
 * Decides which WebSocket upgrades are accepted: to a match, by a session, in the form that the SDK and our client
 * use. Colyseus parses the target again and trusts it, so everything that it will use is checked here. It looks
 * nothing up.
 */

/** The form of process, match and session ids and of tokens. */
const word = /^[A-Za-z0-9_-]{1,64}$/;
/** /process/match?query. The process is ignored: after a move the SDK still names the old one. */
const shape = /^\/[A-Za-z0-9_-]{1,64}\/([A-Za-z0-9_-]{1,64})\?([!"$-~]{1,8192})$/;

export interface UpgradeTarget {
  readonly matchId: string;
  readonly sessionId: string;
  /** The token of a reconnecting player. */
  readonly reconnectionToken: string | undefined;
}

/** @param url from the request line; undefined: the request cannot be answered with a WebSocket */
export function upgradeTarget(url: string | undefined): UpgradeTarget | undefined {
  const [, matchId, query] = shape.exec(url ?? "") ?? [];
  if (matchId === undefined) return undefined;
  const given = new URLSearchParams(query);
  const sessionId = given.get("sessionId");
  const reconnectionToken = given.get("reconnectionToken") ?? undefined;
  if (sessionId === null || !word.test(sessionId)) return undefined;
  if (reconnectionToken !== undefined && !word.test(reconnectionToken)) return undefined;
  return { matchId, sessionId, reconnectionToken };
}
