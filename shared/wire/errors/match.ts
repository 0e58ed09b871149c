/** Rows of the error catalogue: joining, playing, commands, inputs. What the fields mean: error-entry.ts. */
import type { ErrorEntry } from "./error-entry.ts";

export const matchErrors = {
  "ask/too-many": {
    advice:
      "The match waits for the answers to as many asks as it may (docs/asks.md), so its game was told no. Nothing was carried out.",
    retry: true,
  },
  "ask/timed-out": {
    advice:
      "The handler of an ask did not answer in its time, so its game was told no. Whether it was carried out is not known: look for its key, which the log has, where the handler writes.",
    retry: false,
  },
  "room/refused": {
    advice:
      "The room's class decides by its own `onAuth` who joins, and a session of this server does not do. Join it with Colyseus' SDK and the token that the room wants.",
    status: 403,
    retry: false,
    player: "That room lets nobody in who comes this way.",
  },
  "match/over": {
    advice: "The match has ended. Join another one.",
    status: 409,
    retry: false,
    player: "That match is over.",
  },
  "match/booked": {
    advice: "The seats of this match are given out by its queue. Queue for one, or watch it.",
    status: 403,
    retry: false,
    player: "The seats of this match are given out by its queue. You can watch it.",
  },
  "match/called-off": {
    advice:
      "A player did not come, so the match did not count. Read your ticket: if all of its players came, it waits again.",
    status: 409,
    retry: false,
    player: "Others did not come, so that match did not count.",
  },
  "match/too-many-yours": {
    advice:
      "You, or your network, made matches in which nobody else plays; the detail says how many. Play in one of them with others, join another one, or wait until they have ended.",
    status: 429,
    retry: true,
    player: "You made matches already in which nobody else plays. Play in one of them, or join another.",
  },
  "match/too-many": {
    advice: "This server runs as many matches as --matches-max allows. Raise it or start another server.",
    status: 503,
    retry: true,
    player: "The server runs as many matches as it can. Try again in a moment.",
    otherNode: true,
  },
  "match/moved": {
    advice: "The match moved to another node. Clients find it by themselves.",
    status: 503,
    retry: true,
    player: "That match is changing servers. Try again in a moment.",
  },
  "match/moving": {
    advice: "The match is between two nodes. Ask again after a second.",
    status: 503,
    retry: true,
    player: "That match is changing servers. Try again in a moment.",
  },
  "match/asleep": {
    advice: "The match fell asleep, because nobody was in it. Join it again: that wakes it.",
    status: 503,
    retry: true,
    player: "That match slept. Try again in a moment.",
  },
  "match/waking": {
    advice: "More sleeping matches are wanted than one process wakes at once. Ask again after a second.",
    status: 503,
    retry: true,
    player: "That match is being woken. Try again in a moment.",
    otherNode: true,
  },
  "match/no-node": {
    advice:
      "The match is kept and sleeps, but for a minute no node of the fleet could open it; the detail says why. Start a node that has its game in that version, or a newer one, or mend what the nodes' logs name. Then join again.",
    status: 409,
    retry: false,
    player: "That match cannot be opened at present.",
  },
  "match/unopened": {
    advice:
      "The match is kept, but its room could not be opened: the log names the match and the reason, such as an error of its game. Mend it and start again. Asking again is right.",
    status: 503,
    retry: true,
    player: "That match cannot be opened right now. Try again later.",
  },
  "match/bad-options": {
    advice: "The options of the new match are not what the game accepts; the detail says which.",
    status: 400,
    retry: false,
  },
  "match/view-too-large": {
    advice:
      "The match shows more than a client may be sent. Let the game show less, or raise --state-kib-max.",
    retry: false,
    player: "The match shows more than can be sent to you.",
  },
  "match/failed": {
    advice:
      "A rule of the game threw. The match is set aside with its journal; look at it with the command `replay`.",
    retry: false,
    player: "The match had to stop because of an error of the server.",
  },
  "match/unknown": {
    advice: "No running match has this id. GET /v1/matches lists them.",
    status: 404,
    retry: false,
    player: "That match is over.",
  },
  "seat/full": {
    advice: "Every seat of the match is taken. Join another match or spectate.",
    status: 409,
    retry: false,
    player: "Every seat of that match is taken. You can watch it.",
  },
  "seat/spectators-full": {
    advice: "The match has as many spectators as it allows. Watch another one, or ask again later.",
    status: 409,
    retry: false,
    player: "That match has as many spectators as it allows. Watch another one.",
  },
  "seat/gone": {
    advice: "The seat was given up: its grace period is over. Join again.",
    status: 410,
    retry: false,
    player: "You were away for too long: your place was given up.",
  },
  "seat/busy": {
    advice: "You have a seat in the match, and it is not free to come back to yet. Ask again after a second.",
    status: 503,
    retry: true,
    player: "Your place in that match is not free to come back to yet. Try again in a moment.",
  },
  "seat/already-yours": {
    advice: "You have a seat in this match already. Come back to it with its token, or join by `matchId`.",
    status: 409,
    retry: false,
    player: "You have a place in that match already.",
  },
  "seat/too-many-yours": {
    advice:
      "You have as many places in matches of this server as --seats-per-user allows. Leave one of them first.",
    status: 409,
    retry: false,
    player: "You are in as many matches as you may be. Leave one of them first.",
  },
  "seat/taken-over": {
    advice:
      "A newer connection of yours has the seat. Close this one, or join by `matchId` to have the seat back here.",
    retry: false,
    player: "You went on with this match in another window, or on another device.",
  },
  "join/invalid": {
    advice: "The join request has a field of the wrong shape; the detail says which.",
    status: 400,
    retry: false,
  },
  "command/outbox-full": {
    advice: "16 commands wait for their answer. Wait, or look at the connection's state.",
    retry: true,
    player: "Too many of your requests wait for an answer. Wait a moment.",
  },
  "command/left": {
    advice: "The match was left before the command was answered. Join again.",
    retry: false,
    player: "You left the match before the server answered.",
  },
  "command/failed": {
    advice: "The server did not answer this command. Its log has the reason.",
    retry: false,
    player: "The server did not answer that.",
  },
  "command/invalid": {
    advice: "The command does not have the shape that the game declares for its name.",
    retry: false,
    player: "The match does not accept that.",
  },
  "command/unknown": {
    advice: "The game has no command of this name.",
    retry: false,
    player: "The match does not know that.",
  },
  "command/no-seat": {
    advice: "Spectators and players without a seat send no commands.",
    retry: false,
    player: "Spectators can only watch.",
  },
  "command/too-many": {
    advice: "Too many commands of this seat wait for the next tick. Send fewer.",
    retry: true,
    player: "Too many things at once. Wait a moment.",
  },
  "command/stale-id": { advice: "A command with a higher id is on its way; ids must grow.", retry: false },
  "command/answer-forgotten": {
    advice: "The command was applied, so long ago that its answer is no longer kept.",
    retry: false,
  },
  "message/invalid": {
    advice: "The message does not pass the schema that the room gave `onMessage`, or came without its id.",
    retry: false,
    player: "The room does not accept that.",
  },
  "message/refused": {
    advice:
      "The room's handler refused the message, or failed. The error's `cause` has its reason; the room's log may have more.",
    retry: false,
    player: "The room refused that.",
  },
  "message/too-many": {
    advice: "16 messages of this client are being handled by the room. Wait for their answers.",
    retry: true,
    player: "Too many things at once. Wait a moment.",
  },
  "input/stale-seq": {
    advice:
      "The `seq` of a client's inputs does not grow, so all are dropped. Count on from `lastInputSeq`, or from 1.",
    retry: false,
  },
  "message/unknown": { advice: "The room has no such message type.", retry: false },
  "connection/no-address": {
    advice: "This is not the address of a match. Use the one that the reservation names.",
    status: 400,
    retry: false,
  },
  "connection/none-here": {
    advice: "This process has no matches. The load balancer leads to the one that has it.",
    status: 404,
    retry: false,
  },
  "connection/unanswered": {
    advice:
      "The client does not acknowledge its join. An SDK of Colyseus before 0.18 cannot read the answer to it: update the SDK.",
    retry: false,
  },
  "connection/too-many": {
    advice: "Too many connections come from your address. Close some, or try again after some seconds.",
    status: 429,
    retry: true,
    player: "Too many connections come from your network.",
  },
  "connection/too-soon": {
    advice: "You were sent away just now. Wait a little longer.",
    status: 503,
    retry: true,
    player: "You were sent away just now. Wait a little longer.",
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
