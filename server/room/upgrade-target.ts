/**
 * Which WebSocket upgrades are taken: to a match, by a session, as the SDK and our client ask. Colyseus reads the
 * target again and trusts it, so everything that it will use is checked here. It looks nothing up.
 */

/** Of processes, matches, sessions and tokens. */
const word = /^[A-Za-z0-9_-]{1,64}$/;
/** /process/match?query. The process is not looked at: after a move the SDK still names the old one. */
const shape = /^\/[A-Za-z0-9_-]{1,64}\/([A-Za-z0-9_-]{1,64})\?([!"$-~]{1,8192})$/;

export interface UpgradeTarget {
  readonly matchId: string;
  readonly sessionId: string;
  /** The token of a player who comes back. */
  readonly reconnectionToken: string | undefined;
}

/** @param url as the request line has it; undefined: nothing that is answered with a WebSocket */
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
