/** Rows of the error catalogue: journals, the data directory, Redis. What the fields mean: error-entry.ts. */
import type { ErrorEntry } from "./error-entry.ts";

export const storeErrors = {
  "fence/stale-epoch": {
    advice: "Another process took the match over. Nothing to do: this one stops serving it.",
    retry: false,
  },
  "store/exists": { advice: "A match with this id is already in the store. Ask for a new id.", retry: false },
  "store/unknown-match": {
    advice: "No match with this id in the store. Check the id and the data directory (--data).",
    retry: false,
    takeOver: "lost-race",
  },
  "store/not-running": {
    advice: "The match is over or set aside and cannot be taken over. The command `replay` shows it.",
    retry: false,
    takeOver: "lost-race",
  },
  "store/claimed-meanwhile": {
    advice: "Another node took the match first. Nothing to do: it runs there.",
    retry: false,
    takeOver: "lost-race",
  },
  "store/newer-version": {
    advice:
      "A newer version uses this data directory or Redis, in a layout of its own. Start that version; nothing was changed.",
    retry: false,
    ends: "badSetting",
  },
  "store/dropped-version": {
    advice:
      "The data directory or Redis was last used by a version that is too old to be read. Start a version in between first.",
    retry: false,
    ends: "badSetting",
  },
  "store/full": {
    advice:
      "The disk of the data directory, or the memory that Redis may use, is full. Make room; matches go on by themselves.",
    status: 503,
    retry: true,
    player: "The server has no room to keep anything right now. Try again in a moment.",
    outside: "the store of this server has no room; ask again",
  },
  "store/unavailable": {
    advice:
      "The store does not answer. Check the volume of the data directory, or Redis, and the log before this line.",
    status: 503,
    retry: true,
    player: "The server cannot reach its store right now. Try again in a moment.",
    outside: "the store of this server does not answer; ask again",
    otherNode: true,
  },
  "store/lost-acknowledged": {
    advice:
      "Redis came back without the last writes that it had acknowledged. See --durability, and appendfsync of Redis.",
    retry: false,
  },
  "store/unsuitable": {
    advice:
      "This Redis cannot be used; the message says why. Correct it, or point --redis-url at the master of another.",
    retry: false,
    ends: "badSetting",
  },
  "store/level-unsupported": {
    advice:
      "The store cannot keep what --durability promises. Change its configuration as the message says, or the level.",
    retry: false,
    ends: "badSetting",
  },
  "store/locked": {
    advice: "Another server uses this data directory. Stop it, or start with another --data.",
    retry: false,
    ends: "badSetting",
  },
  "store/not-writable": {
    advice: "The data directory cannot be written. Check its owner and mode, or use another --data.",
    retry: false,
    ends: "badSetting",
  },
  "store/still-running": {
    advice: "The match is running and cannot be removed. Wait for its end, or set it aside.",
    retry: false,
  },
  "store/contended": {
    advice: "Too many writers changed the same thing at the same moment. Ask again.",
    status: 503,
    retry: true,
    player: "Too many players did the same at once. Try again in a moment.",
    outside: "too many writers changed the same at once; ask again",
  },
  "recovery/newer-version": {
    advice: "The match was written by a newer server. Start that version; the match is kept as it is.",
    retry: false,
    takeOver: "left",
  },
  "recovery/dropped-version": {
    advice:
      "The match was written by a server so old that this one no longer reads it. Start an older version, which takes it on.",
    retry: false,
    takeOver: "left",
  },
  "recovery/epoch-ahead": {
    advice:
      "The catalogue is older than the journal, as after restoring a part of a backup. Restore all of it.",
    retry: false,
  },
  "recovery/journal-gap": {
    advice:
      "Ticks of the journal are missing and no snapshot covers them. Kept aside; the command `replay` shows the rest.",
    retry: false,
  },
  "recovery/journal-damaged": {
    advice:
      "A record is damaged and no snapshot covers it: check the disk. Kept aside; the command `replay` shows the rest.",
    retry: false,
  },
  "export/damaged": {
    advice: "The file is not an exported match, or is damaged at the named place. Export the match again.",
    retry: false,
  },
  "export/newer-version": {
    advice:
      "The file was exported by a newer version. Replay it with that, or export the match again with this one.",
    retry: false,
  },
  "export/dropped-version": {
    advice: "The file was exported by a version so old that it is no longer read. Replay it with that.",
    retry: false,
  },
  "restore/diverged": {
    advice:
      "The replay of the journal differs from what was played: a rule depends on more than the World. Kept aside.",
    retry: false,
  },
  "restore/rules-changed": {
    advice:
      "The rules changed under the same `version`, and what was played cannot be played again with them. Raise `version` with every change, and write `migrate`. The match waits in the store for a server with the rules that it was played with.",
    retry: false,
    takeOver: "left",
  },
  "restore/unreadable": {
    advice:
      "What is stored is not what this version of the game writes: its inputs changed without a new `version`. Kept aside.",
    retry: false,
  },
  "restore/other-version": {
    advice:
      "The match was played with another version of its game. It waits in the store for a server of that version.",
    retry: false,
    takeOver: "left",
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
