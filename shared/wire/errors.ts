/**
 * Every error code of Holdfast, `area/what`, with what an operator or a caller does about it. A code that
 * is not here is not used (test/tidy.test.ts reads the sources).
 */
export const errorCodes = {
  "fence/stale-epoch": "Another process took the match over. Nothing to do: this one stops serving it.",
  "store/exists": "A match with this id is already in the store. Ask for a new id.",
  "store/unknown-match": "No match with this id in the store. Check the id and the data directory (--data).",
  "store/not-running":
    "The match is over or set aside and cannot be taken over. Use `npm run replay` to look at it.",
  "store/full":
    "The disk of the data directory, or the memory that Redis may use, is full. Make room; matches go on by themselves.",
  "store/unavailable":
    "The store does not answer. Check the volume of the data directory, or Redis, and the log before this line.",
  "store/lost-acknowledged":
    "Redis came back without the last it had acknowledged. See --durability, and appendfsync in its configuration.",
  "store/level-unsupported":
    "The store cannot keep what --durability promises. Change its configuration as the message says, or the level.",
  "store/locked": "Another server uses this data directory. Stop it, or start with another --data.",
  "store/not-writable":
    "The data directory cannot be written. Check its owner and mode, or use another --data.",
  "store/still-running": "The match is running and cannot be removed. Wait for its end, or set it aside.",
  "recovery/newer-version":
    "The match was written by a newer server. Start that version; the match is kept as it is.",
  "recovery/epoch-ahead":
    "The catalogue is older than the journal, as after restoring a part of a backup. Restore all of it.",
  "recovery/journal-gap":
    "Ticks of the journal are missing and no snapshot covers them. Kept aside; `npm run replay` shows the rest.",
  "recovery/journal-damaged":
    "A record is damaged and no snapshot covers it: check the disk. Kept aside; `npm run replay` shows the rest.",
  "api/unreachable":
    "No answer from the server's HTTP API. Check that it runs and that the address is right.",
  "api/unexpected-answer":
    "The HTTP API answered in another shape than it describes. Check that it is this server, and its version.",
  "command/outbox-full": "16 commands wait for their answer. Wait, or look at the connection's state.",
  "command/left": "The match was left before the command was answered. Join again.",
  "command/failed": "The server did not answer this command. Its log has the reason.",
  "seat/full": "Every seat of the match is taken. Join another match or spectate.",
  "seat/gone": "The seat was given up: its grace period is over. Join again.",
  "match/over": "The match has ended. Join another one.",
  "match/too-many":
    "This server runs as many matches as --matches-max allows. Raise it or start another server.",
  "match/bad-options": "The options of the new match are not what the game accepts; the detail says which.",
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
  "message/unknown": "The room has no such message type.",
  "restore/diverged":
    "The replay of the journal differs from what was played: a rule depends on more than the World. Kept aside.",
  "restore/other-version":
    "The match was played with another version of its game. It waits in the store for a server of that version.",
  "game/unknown": "This server has no game of that name.",
  "request/invalid": "The request is not what the route expects; the detail says where.",
  "request/too-large": "The request body is larger than the limit.",
  "request/not-found": "There is no such route.",
  "server/failed": "The server failed to answer. Its log says why.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
