/**
 * Every route under /v1: what it takes, what it answers, what it refuses. The server validates and limits by this
 * list, /openapi.json is made from it, and the client gets its types from it.
 */
import { z } from "zod";
import { joinRequest, joinResponse, matchInfo, matchList } from "./api.ts";
import type { HttpErrorCode } from "./errors.ts";
import { gameList } from "./games.ts";
import { joinPartyRequest, party, readyRequest } from "./parties.ts";
import { leaderboardPage, leaderboardQuery, playerRatings } from "./ratings.ts";
import { newSession, refreshRequest, sessionInfo, sessionRequest, signOutQuery } from "./sessions.ts";
import { queueList, ticket, ticketQuery, ticketRequest, wholeNumber } from "./tickets.ts";

export interface Route {
  readonly method: "get" | "post" | "put" | "delete";
  /** With `:name` for every field of `params`. */
  readonly path: string;
  readonly group: "sessions" | "matches" | "queues" | "parties" | "ratings";
  /** One line. */
  readonly summary: string;
  /** Whether it needs `Authorization: Bearer`. */
  readonly session: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The header `Idempotency-Key` is required; a repeated key gets the same answer. */
  readonly idempotent?: true;
  readonly status: 200 | 201 | 204;
  /** Absent when the answer has no body. */
  readonly answer?: z.ZodType;
  /** True for server-sent events, each of them an answer. */
  readonly stream?: true;
  /** Refusals in addition to those of every route. */
  readonly refusals: readonly HttpErrorCode[];
}

/** What any route may refuse. */
export const refusedAnywhere = [
  "request/invalid",
  "request/too-large",
  "request/too-slow",
  "request/origin",
  "rate/limited",
  "store/unavailable",
  "store/full",
  "store/contended",
  "server/failed",
] as const satisfies readonly HttpErrorCode[];

/** What any route that needs a session may refuse. */
export const refusedSessions = [
  "session/missing",
  "session/invalid",
  "session/expired",
  "session/revoked",
  "session/banned",
  "session/unchecked",
] as const satisfies readonly HttpErrorCode[];

const identifier = z.string().min(1).max(200);
const byId = z.strictObject({ id: identifier });
const matchQuery = z.strictObject({
  /** The epoch that the caller knows. A fleet answers when there is a later one, after 3 s at the latest. */
  afterEpoch: wholeNumber(Number.MAX_SAFE_INTEGER).optional(),
});

export const routes = {
  beginSession: {
    method: "post",
    path: "/v1/sessions",
    group: "sessions",
    summary: "Begin a session, as a guest or with a token of the identity provider",
    session: false,
    body: sessionRequest,
    status: 201,
    answer: newSession,
    refusals: ["session/banned", "session/identity-refused", "session/identity-unavailable"],
  },
  readSession: {
    method: "get",
    path: "/v1/session",
    group: "sessions",
    summary: "Whose session the token is",
    session: true,
    status: 200,
    answer: sessionInfo,
    refusals: [],
  },
  refreshSession: {
    method: "post",
    path: "/v1/sessions/refresh",
    group: "sessions",
    summary:
      "New tokens of the same session, under another name if wanted. A refresh token is used once; again only when its answer was lost",
    session: false,
    body: refreshRequest,
    status: 200,
    answer: newSession,
    refusals: [
      "session/invalid",
      "session/expired",
      "session/revoked",
      "session/reused",
      "session/banned",
      "session/unchecked",
    ],
  },
  endSession: {
    method: "delete",
    path: "/v1/session",
    group: "sessions",
    summary: "Sign out: the token becomes invalid at every instance",
    session: true,
    query: signOutQuery,
    status: 204,
    refusals: [],
  },
  listGames: {
    method: "get",
    path: "/v1/games",
    group: "matches",
    summary: "The games of this server: options, inputs and commands, as they declare them",
    session: false,
    status: 200,
    answer: gameList,
    refusals: [],
  },
  listMatches: {
    method: "get",
    path: "/v1/matches",
    group: "matches",
    summary: "The running matches",
    session: false,
    status: 200,
    answer: matchList,
    refusals: [],
  },
  readMatch: {
    method: "get",
    path: "/v1/matches/:id",
    group: "matches",
    summary: "One running match, and where it is",
    session: false,
    params: byId,
    query: matchQuery,
    status: 200,
    answer: matchInfo,
    refusals: ["match/unknown", "match/moving"],
  },
  joinMatch: {
    method: "post",
    path: "/v1/matches/join",
    group: "matches",
    summary:
      "A seat without a queue: the one you have in a match of the game, in any open match, else in a new one",
    session: true,
    body: joinRequest,
    status: 200,
    answer: joinResponse,
    refusals: [
      "game/unknown",
      "match/unknown",
      "match/bad-options",
      "match/booked",
      "match/over",
      "match/called-off",
      "seat/full",
      "seat/spectators-full",
      "seat/busy",
      "seat/too-many-yours",
      "match/too-many",
      "match/too-many-yours",
      "node/full",
      "fleet/no-room",
    ],
  },
  listQueues: {
    method: "get",
    path: "/v1/queues",
    group: "queues",
    summary: "The queues of this server",
    session: false,
    status: 200,
    answer: queueList,
    refusals: [],
  },
  createTicket: {
    method: "post",
    path: "/v1/tickets",
    group: "queues",
    summary: "Queue, alone or as a party; 200 instead of 201 when the key was used before",
    session: true,
    body: ticketRequest,
    idempotent: true,
    status: 201,
    answer: ticket,
    refusals: [
      "queue/unknown",
      "queue/full",
      "ticket/refused",
      "ticket/already-waiting",
      "ticket/in-match",
      "ticket/too-many",
      "ticket/idempotency-conflict",
      "party/unknown",
      "party/not-leader",
      "party/not-ready",
      "party/changed",
    ],
  },
  readTicket: {
    method: "get",
    path: "/v1/tickets/:id",
    group: "queues",
    summary: "A ticket of yours, at once or when it changes",
    session: true,
    params: byId,
    query: ticketQuery,
    status: 200,
    answer: ticket,
    refusals: ["ticket/unknown", "request/too-many-wait"],
  },
  followTicket: {
    method: "get",
    path: "/v1/tickets/:id/events",
    group: "queues",
    summary: "The same as server-sent events named `ticket`, until it has ended",
    session: true,
    params: byId,
    status: 200,
    answer: ticket,
    stream: true,
    refusals: ["ticket/unknown", "request/too-many-wait"],
  },
  cancelTicket: {
    method: "delete",
    path: "/v1/tickets/:id",
    group: "queues",
    summary: "Take a ticket back",
    session: true,
    params: byId,
    status: 200,
    answer: ticket,
    refusals: ["ticket/unknown", "ticket/not-cancellable"],
  },
  createParty: {
    method: "post",
    path: "/v1/parties",
    group: "parties",
    summary: "Found a party",
    session: true,
    status: 201,
    answer: party,
    refusals: [],
  },
  joinParty: {
    method: "post",
    path: "/v1/parties/join",
    group: "parties",
    summary: "Join a party by its invite",
    session: true,
    body: joinPartyRequest,
    status: 200,
    answer: party,
    refusals: ["party/wrong-invite", "party/full", "party/queued"],
  },
  readParty: {
    method: "get",
    path: "/v1/parties/:id",
    group: "parties",
    summary: "A party of yours",
    session: true,
    params: byId,
    status: 200,
    answer: party,
    refusals: ["party/unknown"],
  },
  readyParty: {
    method: "put",
    path: "/v1/parties/:id/ready",
    group: "parties",
    summary: "Say that you are ready, or not any more",
    session: true,
    params: byId,
    body: readyRequest,
    status: 200,
    answer: party,
    refusals: ["party/unknown", "party/changed"],
  },
  leaveParty: {
    method: "delete",
    path: "/v1/parties/:id/membership",
    group: "parties",
    summary: "Leave a party; its ticket is taken back first",
    session: true,
    params: byId,
    status: 204,
    refusals: ["party/unknown"],
  },
  readPlayer: {
    method: "get",
    path: "/v1/players/:id",
    group: "ratings",
    summary: "The ratings of a player",
    session: false,
    params: byId,
    status: 200,
    answer: playerRatings,
    refusals: [],
  },
  readLeaderboard: {
    method: "get",
    path: "/v1/leaderboards/:queue",
    group: "ratings",
    summary: "The best of a queue",
    session: false,
    params: z.strictObject({ queue: identifier }),
    query: leaderboardQuery,
    status: 200,
    answer: leaderboardPage,
    refusals: ["queue/unknown"],
  },
} as const satisfies Record<string, Route>;

type FieldOf<One, Name extends string, Otherwise> = One extends Record<Name, infer Shape> ? Shape : Otherwise;

/** The body that a caller sends to a route; undefined when there is none. */
export type BodyOf<One extends Route> =
  FieldOf<One, "body", undefined> extends z.ZodType ? z.input<NonNullable<One["body"]>> : undefined;

/** The answer of a route; undefined when it has no body. */
export type AnswerOf<One extends Route> =
  FieldOf<One, "answer", undefined> extends z.ZodType ? z.output<NonNullable<One["answer"]>> : undefined;
