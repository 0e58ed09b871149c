/** Rows of the error catalogue: queues, tickets, parties. What the fields mean: error-entry.ts. */
import type { ErrorEntry } from "./error-entry.ts";

export const matchmakingErrors = {
  "queue/unknown": {
    advice: "This server has no queue of that name. Look at the configured queues.",
    status: 404,
    retry: false,
    player: "This queue is not there any more.",
  },
  "queue/full": {
    advice:
      "The queue has as many waiting tickets as it takes. Check that a director runs, and ask again later.",
    status: 503,
    retry: true,
    player: "Too many are waiting in this queue. Try again in a moment.",
  },
  "ticket/refused": {
    advice: "The queue's rules do not allow this ticket; the detail says why.",
    status: 422,
    retry: false,
  },
  "ticket/already-waiting": {
    advice: "A player waits already, in this queue or another one. Cancel that ticket, or wait for it.",
    status: 409,
    retry: false,
    player: "Somebody in your party is already waiting in another search.",
  },
  "ticket/too-many": {
    advice: "Too many players of your network wait already. Ask again when some of them play.",
    status: 429,
    retry: true,
    player: "Too many players of your network wait already. Try again when some of them play.",
  },
  "ticket/in-match": {
    advice:
      "A player is in a match of a queue. Go back to it (POST /v1/matches/join with its `matchId`), or leave it first.",
    status: 409,
    retry: false,
    player: "You are in a match of a queue. Go back to it, or leave it first.",
  },
  "ticket/idempotency-conflict": {
    advice: "The Idempotency-Key was used for another request. Use a new key per request.",
    status: 422,
    retry: false,
    player: "That was asked twice, in two ways. Try again.",
  },
  "ticket/unknown": {
    advice: "You have no such ticket. It may have ended more than ten minutes ago.",
    status: 404,
    retry: false,
    player: "This search has ended.",
  },
  "ticket/abandoned": {
    advice:
      "Nobody asked about the ticket for 90 s, so it was cancelled. Ask at least once a minute while you wait.",
    retry: false,
  },
  "ticket/no-show": {
    advice:
      "Somebody in your party did not come to the match, so it was called off. Queue again, with them or without.",
    retry: false,
    player: "Somebody in your party did not come, so that match did not count. You may queue again.",
  },
  "ticket/not-cancellable": {
    advice: "The ticket has ended. Read it: it may be assigned.",
    status: 409,
    retry: false,
    player: "This search has ended already.",
  },
  "seating/failed": {
    advice: "A proposal got no seats; its tickets go on waiting. The log of the seating has the reason.",
    retry: true,
  },
  "seating/no-answer": {
    advice: "A proposal got no seats in time; its tickets go on waiting. Look for an overloaded room node.",
    retry: true,
  },
  "party/unknown": {
    advice: "You are in no party of this id. Everybody may have left it, or it was idle for hours.",
    status: 404,
    retry: false,
    player: "You are not in this party any more.",
  },
  "party/wrong-invite": {
    advice: "No party has this invite. Ask for it again.",
    status: 404,
    retry: false,
    player: "Nobody invites with this code. Is it complete?",
  },
  "party/full": {
    advice: "The party has as many members as it may have.",
    status: 409,
    retry: false,
    player: "This party is full.",
  },
  "party/queued": {
    advice: "The party waits in a queue. Cancel its ticket first.",
    status: 409,
    retry: false,
    player: "This party is looking for a match right now. Ask them to cancel first.",
  },
  "party/changed": {
    advice: "Somebody joined or left the party meanwhile. Read it, and agree again.",
    status: 409,
    retry: false,
    player: "Somebody joined or left the party. Look at it again.",
  },
  "party/not-leader": {
    advice: "Only the leader can queue the party: the member who has been in it longest.",
    status: 403,
    retry: false,
    player: "Only the leader of the party can start the search.",
  },
  "party/not-ready": {
    advice: "Not every member is ready for the party as it is now; the detail names them.",
    status: 409,
    retry: false,
    player: "Not everybody in the party is ready.",
  },
  "outcome/invalid": {
    advice: "The outcome of a match contradicts itself and changed no rating; the detail says how.",
    retry: false,
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
