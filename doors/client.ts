/**
 * `holdfast/client`: a player's side of the wire, for a page, a native client with JavaScript in it, or a bot. It joins
 * a match and follows it through crashes and moves, keeps a session, queues alone or with a party, and knows what
 * every refusal means. No DOM and no Node in it: `fetch`, `WebSocket` and timers are what it takes from around it.
 * docs/client.md has it in snippets, and beside them what the Colyseus SDK does alone.
 */
// biome-ignore-all assist/source/organizeImports: what is public stands by its subject

// A match: from the join to the end, over any number of connections.
export { type ConnectionState, JoinError } from "../shared/client/connection-state.ts";
export { joinMatch, type MatchConnection } from "../shared/client/follow-match.ts";
export type { OpenRoomOptions } from "../shared/client/open-room.ts";
export { steadyInputs } from "../shared/client/steady-inputs.ts";
export type { LineProbe } from "../shared/client/line-probe.ts";
export { sendOnce } from "../shared/client/send-once.ts";
export { CommandError } from "../shared/client/command-outbox.ts";
export type { GameEvent, Notice, Welcome } from "../shared/wire/room-messages.ts";
export type { CommandAnswer, NumericInput, Outcome } from "../shared/game/game.ts";

// What the API answers, and what it refuses.
export {
  type ApiAccess,
  ApiError,
  fetchGames,
  fetchMatch,
  fetchMatches,
  reserveSeat,
  type SeatRequest,
} from "../shared/client/api.ts";
export type { JoinResponse, MatchInfo } from "../shared/wire/api.ts";
export type { GameInfo } from "../shared/wire/games.ts";
export { type ErrorCode, errorEntry } from "../shared/wire/errors.ts";
export { closeCodes } from "../shared/wire/errors/close-codes.ts";

// Who a player is.
export { beginSession, endSession, newDeviceKey, refreshSession } from "../shared/client/sessions.ts";
export { type HeldTokens, heldTokens, KeptSession } from "../shared/client/kept-session.ts";
export type { NewSession } from "../shared/wire/sessions.ts";

// Queues, parties, ratings.
export {
  cancelTicket,
  createTicket,
  followTicket,
  newKey,
  nextTicket,
  type QueueResult,
  queueForMatch,
  readTicket,
  type WaitOptions,
} from "../shared/client/tickets.ts";
export type { AssignmentInfo, QueueInfo, TicketInfo, TicketRequest } from "../shared/wire/tickets.ts";
export { createParty, joinParty, leaveParty, readParty, readyParty } from "../shared/client/parties.ts";
export type { PartyInfo, ReadyRequest } from "../shared/wire/parties.ts";
export { measureRoundTrips, type RoundTripParts } from "../shared/client/round-trips.ts";
export { fetchLeaderboard, fetchQueues, fetchRatings } from "../shared/client/ratings.ts";
export type { LeaderboardPage, PlayerRatings } from "../shared/wire/ratings.ts";

// Between two patches: the own player at once, the others a little in the past.
export { OwnMotion, type OwnMotionRules } from "../shared/client/predict.ts";
export { type Placement, ServerTime, shortTurn, Track } from "../shared/client/interpolate.ts";
