/** The connection that a bot needs, so that it can play with our client and with the plain SDK. */
import type { MatchConnection } from "../../shared/client/follow-match.ts";

export type Connection = Pick<
  // biome-ignore lint/suspicious/noExplicitAny: bots play any game
  MatchConnection<any, any>,
  | "state"
  | "view"
  | "welcome"
  | "matchId"
  | "sessionId"
  | "metrics"
  | "onState"
  | "onPatch"
  | "onWelcome"
  | "onReturned"
  | "sendInput"
  | "command"
  | "leave"
>;

/** How a bot gets into a match. */
/** @param stopped aborted when the bot must stop, which ends a waiting join */
export type Join = (name: string, stopped: AbortSignal) => Promise<Connection>;
