/**
 * Every error code of Holdfast, `area/what`, with what an operator or a caller does about it. A code that
 * is not here is not used (test/tidy.test.ts reads the sources).
 */
export const errorCodes = {
  "fence/stale-epoch": "Another process took the match over. Nothing to do: this one stops serving it.",
  "fleet/declared-lost":
    "The others took this node for dead: it stood still, or was cut off. It starts anew under another name.",
  "store/exists": "A match with this id is already in the store. Ask for a new id.",
  "store/unknown-match": "No match with this id in the store. Check the id and the data directory (--data).",
  "store/not-running":
    "The match is over or set aside and cannot be taken over. Use `npm run replay` to look at it.",
  "store/claimed-meanwhile": "Another node took the match first. Nothing to do: it runs there.",
  "store/newer-version":
    "A newer version uses this data directory or Redis, in a layout of its own. Start that version; nothing was changed.",
  "store/dropped-version":
    "The data directory or Redis was used last by a version so old that it is no longer read. Start one in between first.",
  "store/full":
    "The disk of the data directory, or the memory that Redis may use, is full. Make room; matches go on by themselves.",
  "store/unavailable":
    "The store does not answer. Check the volume of the data directory, or Redis, and the log before this line.",
  "store/lost-acknowledged":
    "Redis came back without the last it had acknowledged. See --durability, and appendfsync in its configuration.",
  "store/unsuitable":
    "This Redis cannot be used for anything: the message says why. Point --redis-url at the master of another, or set it right.",
  "store/level-unsupported":
    "The store cannot keep what --durability promises. Change its configuration as the message says, or the level.",
  "store/locked": "Another server uses this data directory. Stop it, or start with another --data.",
  "store/not-writable":
    "The data directory cannot be written. Check its owner and mode, or use another --data.",
  "store/still-running": "The match is running and cannot be removed. Wait for its end, or set it aside.",
  "port/taken": "Another program listens there. Stop it, or choose another --port.",
  "port/not-allowed": "The user of this process may not listen there. Choose a --port of 1024 or more.",
  "host/unusable": "This machine has no such address. Check --host.",
  "address/invalid": "It must be host:port, an IPv6 address in brackets. Correct the setting that is named.",
  "recovery/newer-version":
    "The match was written by a newer server. Start that version; the match is kept as it is.",
  "recovery/dropped-version":
    "The match was written by a server so old that this one no longer reads it. Start an older version, which takes it on.",
  "recovery/epoch-ahead":
    "The catalogue is older than the journal, as after restoring a part of a backup. Restore all of it.",
  "recovery/journal-gap":
    "Ticks of the journal are missing and no snapshot covers them. Kept aside; `npm run replay` shows the rest.",
  "recovery/journal-damaged":
    "A record is damaged and no snapshot covers it: check the disk. Kept aside; `npm run replay` shows the rest.",
  "export/damaged":
    "The file is not an exported match, or is damaged at the named place. Export the match again.",
  "export/newer-version":
    "The file was exported by a newer version. Replay it with that, or export the match again with this one.",
  "export/dropped-version":
    "The file was exported by a version so old that it is no longer read. Replay it with that.",
  "api/unreachable":
    "No answer from the server's HTTP API. Check that it runs and that the address is right.",
  "api/unexpected-answer":
    "The HTTP API answered in another shape than it describes. Check that it is this server, and its version.",
  "command/outbox-full": "16 commands wait for their answer. Wait, or look at the connection's state.",
  "command/left": "The match was left before the command was answered. Join again.",
  "command/failed": "The server did not answer this command. Its log has the reason.",
  "seat/full": "Every seat of the match is taken. Join another match or spectate.",
  "seat/spectators-full": "As many watch the match as may. Watch another one, or ask again later.",
  "seat/gone": "The seat was given up: its grace period is over. Join again.",
  "seat/busy":
    "You have a seat in the match, and it is not free to come back to yet. Ask again after a second.",
  "seat/already-yours":
    "You have a seat in this match already. Come back to it with its token, or join by `matchId`.",
  "seat/taken-over":
    "A newer connection of yours has the seat. Close this one, or join by `matchId` to have the seat back here.",
  "match/over": "The match has ended. Join another one.",
  "match/booked": "The seats of this match are given out by its queue. Queue for one, or watch it.",
  "match/called-off":
    "Somebody did not come, so the match did not count. Read your ticket: if all of its players came, it waits again.",
  "match/too-many-yours":
    "Matches that you made wait for their first player. Go into one of them, or wait until they have ended.",
  "match/too-many":
    "This server runs as many matches as --matches-max allows. Raise it or start another server.",
  "match/moved": "The match went on to another node. Clients look for it by themselves.",
  "match/moving": "The match is between two nodes. Ask again after a second.",
  "match/bad-options": "The options of the new match are not what the game accepts; the detail says which.",
  "match/view-too-large":
    "The match shows more than a client may be sent. Let the game show less, or raise --state-kib-max.",
  "match/failed":
    "A rule of the game threw. The match is set aside with its journal; look at it with `npm run replay`.",
  "match/unknown": "No running match has this id. GET /v1/matches lists them.",
  "join/invalid": "The join request has a field of the wrong shape; the detail says which.",
  "command/invalid": "The command does not have the shape that the game declares for its name.",
  "command/unknown": "The game has no command of this name.",
  "command/no-seat": "Spectators and players without a seat send no commands.",
  "command/too-many": "Too many commands of this seat wait for the next tick. Send fewer.",
  "command/stale-id": "A command with a higher id is on its way; ids must grow.",
  "command/answer-forgotten": "The command was applied, so long ago that its answer is no longer kept.",
  "input/stale-seq":
    "The `seq` of a client's inputs does not grow, so all are dropped. Count on from `lastInputSeq`, or from 1.",
  "message/unknown": "The room has no such message type.",
  "restore/diverged":
    "The replay of the journal differs from what was played: a rule depends on more than the World. Kept aside.",
  "restore/unreadable":
    "What is stored is not what this version of the game writes: its inputs changed without a new `version`. Kept aside.",
  "restore/other-version":
    "The match was played with another version of its game. It waits in the store for a server of that version.",
  "game/invalid": "The module of --games cannot be used; the message says which file and why. Correct it.",
  "game/unknown": "This server has no game of that name.",
  "request/invalid": "The request is not what the route expects; the detail says where.",
  "request/too-large": "The request body is larger than the limit.",
  "request/too-slow": "The request body took too long to come. Send it again, over a better line.",
  "request/too-many-wait":
    "Too many requests wait for an answer, yours or everybody's. Close some, or ask again after a second.",
  "request/not-found": "There is no such route.",
  "request/forbidden":
    "This route is for operators (/admin) or for nodes of the fleet (/internal), who show a secret of theirs.",
  "request/origin":
    "Pages of this origin may not use this server. An operator names those that may in --allowed-origins.",
  "origin/invalid": "--allowed-origins cannot be read; the message says why. Correct the setting.",
  "node/full":
    "The node is as busy as it may be. Ask again after a second; if it lasts, start another room node.",
  "fleet/no-room":
    "No room node takes a match: none is ready, or all are full. Ask again after a second; start another room node.",
  "store/contended": "Too many changed the same thing at the same moment. Ask again.",
  "queue/invalid": "The queues of --queues cannot be used; the message says which and why. Correct the file.",
  "session/provider-invalid": "The settings of the identity provider contradict each other. Correct them.",
  "queue/unknown": "This server has no queue of that name. Look at the configured queues.",
  "queue/full":
    "So many tickets wait in the queue that it takes no more. Look whether a director runs; ask again later.",
  "ticket/refused": "The queue's rules do not allow this ticket; the detail says why.",
  "ticket/already-waiting":
    "A player waits already, in this queue or another one. Cancel that ticket, or wait for it.",
  "ticket/too-many":
    "So many players of your network wait already that no more are taken. Ask again when some of them play.",
  "ticket/in-match":
    "A player is in a match of a queue. Go back to it (POST /v1/matches/join with its `matchId`), or leave it first.",
  "ticket/idempotency-conflict":
    "The Idempotency-Key was used for another request. Use a new key per request.",
  "ticket/unknown": "You have no such ticket. It may have ended more than ten minutes ago.",
  "ticket/abandoned":
    "Nobody asked for a ticket for 90 s, so it was taken back. Ask for a ticket as long as you want it, every minute.",
  "ticket/no-show":
    "Somebody of your party did not come to its match, so it was called off. Queue again, with them or without.",
  "ticket/not-cancellable": "The ticket has ended. Read it: it may be assigned.",
  "seating/failed":
    "No seats were given for a proposal, its tickets wait on. The log of the seating has the reason.",
  "seating/no-answer": "Seats were not given in time, the tickets wait on. Look for an overloaded room node.",
  "party/unknown": "You are in no such party. It may have been left by everybody, or been idle for hours.",
  "party/wrong-invite": "Nobody invites with this code. Ask for it again.",
  "party/full": "The party has as many members as a party may have.",
  "party/queued": "The party waits in a queue. Cancel its ticket first.",
  "party/changed": "Somebody joined or left the party meanwhile. Read it, and agree again.",
  "party/not-leader": "Only who has been in the party longest puts it into a queue.",
  "party/not-ready": "Not every member said ready to the party as it is now; the detail names them.",
  "outcome/invalid": "The outcome of a match contradicts itself and changed no rating; the detail says how.",
  "rate/limited": "You ask too often. Wait as long as Retry-After says.",
  "session/missing": "The route needs a session: POST /v1/sessions, then `Authorization: Bearer <token>`.",
  "session/invalid": "The token is none of ours. Begin a new session.",
  "session/expired": "The session is over. Begin a new one.",
  "session/revoked": "The session was ended by a sign-out or a ban. Begin a new one.",
  "session/reused":
    "A refresh token was used again after the next one: two had it, and nobody knows who stole it. Begin a new session.",
  "session/sign-outs-full":
    "So many users signed out that no more is kept; operators still can sign users out. Ask again in an hour.",
  "session/bans-full": "There are as many bans as are kept. Lift those that are of no use any more.",
  "session/unchecked":
    "The token could not be checked: the store did not answer for 10 s, or too many keys are looked for. Ask again.",
  "session/banned": "The user is banned; the detail says until when.",
  "session/identity-refused": "The identity provider's token is not valid here; the detail says why.",
  "session/identity-unavailable":
    "The identity provider does not answer, or has a key since a moment ago. Ask again; if it lasts, check its JWKS address.",
  "session/other-secret":
    "The session keys in the store were sealed with another secret. Give all instances the same session secret.",
  "session/development-key":
    "Production needs a session secret of its own, of 32 characters or more. Set one and keep it.",
  "server/failed": "The server failed to answer. Its log says why, under the id in `instance`.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
