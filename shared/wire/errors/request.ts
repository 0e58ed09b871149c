/** Rows of the error catalogue: the HTTP API and sessions. What the fields mean: error-entry.ts. */
import type { ErrorEntry } from "./error-entry.ts";

export const requestErrors = {
  "api/unreachable": {
    advice: "No answer from the server's HTTP API. Check that it runs and that the address is right.",
    retry: true,
    player: "The server does not answer. Try again in a moment.",
  },
  "api/unexpected-answer": {
    advice:
      "The HTTP API answered in another shape than it describes. Check that it is this server, and its version.",
    retry: false,
  },
  "request/invalid": {
    advice: "The request is not what the route expects; the detail says where.",
    status: 400,
    retry: false,
  },
  "request/too-large": {
    advice: "The request body is larger than the limit.",
    status: 413,
    retry: false,
    player: "That is too much for one request.",
  },
  "request/too-slow": {
    advice: "The request body took too long to arrive. Send it again, over a better line.",
    status: 408,
    retry: false,
    player: "The connection is too slow: your request did not arrive in time.",
  },
  "request/too-many-wait": {
    advice:
      "Too many requests wait for an answer, yours or everybody's. Close some, or ask again after a second.",
    status: 503,
    retry: true,
    player: "Too many requests wait for an answer. Try again in a moment.",
  },
  "request/not-found": { advice: "There is no such route.", status: 404, retry: false },
  "request/forbidden": {
    advice:
      "This route is for operators (/admin) or for nodes of the fleet (/internal), who show a secret of theirs.",
    status: 403,
    retry: false,
    otherNode: true,
  },
  "request/origin": {
    advice:
      "Pages of this origin may not use this server. An operator names those that may in --allowed-origins.",
    status: 403,
    retry: false,
    player: "This page may not use that server.",
  },
  "rate/limited": {
    advice: "You ask too often. Wait as long as Retry-After says.",
    status: 429,
    retry: true,
    player: "You ask too often. Try again in a moment.",
  },
  "session/missing": {
    advice: "The route needs a session: POST /v1/sessions, then `Authorization: Bearer <token>`.",
    status: 401,
    retry: false,
    player: "You are not signed in. Reload the page.",
  },
  "session/invalid": {
    advice: "This server did not issue the token. Begin a new session.",
    status: 401,
    retry: false,
    player: "You are not signed in any more. Reload the page.",
  },
  "session/expired": {
    advice: "The session is over. Begin a new one.",
    status: 401,
    retry: false,
    player: "You are not signed in any more. Reload the page.",
  },
  "session/revoked": {
    advice: "The session was ended by a sign-out or a ban. Begin a new one.",
    status: 401,
    retry: false,
    player: "You were signed out, and your place in a match went with the session.",
  },
  "session/reused": {
    advice:
      "A refresh token was used again after the next one, so it may be stolen; the session was ended. Begin a new one.",
    status: 401,
    retry: false,
    player: "You are not signed in any more. Reload the page.",
  },
  "session/sign-outs-full": {
    advice: "The list of sign-outs is full; operators can still sign users out. Ask again in an hour.",
    status: 503,
    retry: true,
  },
  "session/bans-full": {
    advice: "The list of bans is full. Lift those that are no longer needed.",
    status: 503,
    retry: true,
  },
  "session/unchecked": {
    advice:
      "The token could not be checked: the store did not answer for 10 s, or too many keys are looked for. Ask again.",
    status: 503,
    retry: true,
    player: "The server cannot check who you are right now. Try again in a moment.",
  },
  "session/banned": {
    advice: "The user is banned; the detail says until when.",
    status: 403,
    retry: false,
    player: "You are banned from this server.",
  },
  "session/identity-refused": {
    advice: "The identity provider's token is not valid here; the detail says why.",
    status: 401,
    retry: false,
  },
  "session/identity-unavailable": {
    advice:
      "The identity provider does not answer, or has a key since a moment ago. Ask again; if it lasts, check its JWKS address.",
    status: 503,
    retry: true,
    player: "The server cannot check who you are right now. Try again in a moment.",
  },
  "server/failed": {
    advice: "The server failed to answer. Its log says why, under the id in `instance`.",
    status: 500,
    retry: false,
    player: "The server failed. Try again.",
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
