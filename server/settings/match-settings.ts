/** What is played and how one joins, and how long a match, a seat and a queue's match wait for players. */
import type { Setting } from "./setting.ts";

export const matchSettings = {
  matchesMax: {
    type: "integer",
    default: 500,
    min: 1,
    max: 10_000,
    help: "running matches of one process; more are refused",
  },
  emptyMatchesPerUser: {
    type: "integer",
    default: 2,
    min: 0,
    max: 10_000,
    help: "matches of one process that one user created and where nobody else has been; more are refused (match/too-many-yours); 0: no limit",
  },
  emptyMatchesPerAddress: {
    type: "integer",
    default: 8,
    min: 0,
    max: 10_000,
    help: "matches that one address created and where nobody is connected, and eight times as many where only their makers are; 0, or --rate-address-per-second 0: no limit",
  },
  seatsPerUser: {
    type: "integer",
    default: 8,
    min: 0,
    max: 10_000,
    help: "places of one user in the matches of one process, as a player or a spectator; more are refused (seat/too-many-yours), but not those that a queue gives; 0, or --rate-user-per-second 0: no limit",
  },
  seatGraceSeconds: {
    type: "integer",
    default: 30,
    min: 1,
    max: 600,
    unit: "s",
    help: "how long the seat of a dropped player is held",
  },
  emptySeconds: {
    type: "integer",
    default: 30,
    min: 0,
    max: 604_800,
    unit: "s",
    help: "a match in which nobody has a seat ends after this long; 0: never",
  },
  aloneSeconds: {
    type: "integer",
    default: 15,
    min: 0,
    max: 86_400,
    unit: "s",
    help: "a queue's match whose players have no opponents left ends after this long, and those who left rank last; 0: never",
  },
  commandsPerSecond: {
    type: "integer",
    default: 10,
    min: 1,
    max: 10_000,
    help: "commands of one seat that are journaled, three times as many at once; more are refused (command/too-many)",
  },
  commandKibPerSecond: {
    type: "integer",
    default: 4,
    min: 1,
    max: 65_536,
    unit: "KiB",
    help: "the same for the bytes of their payloads, four times as many at once",
  },
  asksAtOnce: {
    type: "integer",
    default: 64,
    min: 1,
    max: 10_000,
    help: "handlers of one process that run at a time, for asks of its matches; more asks wait (docs/asks.md)",
  },
  games: {
    type: "text",
    default: "built-in",
    help: "a module whose export `games` lists the games to run, instead of the built-in ones; `handlers` carry out what they ask",
  },
  web: {
    type: "text",
    default: "built-in",
    help: "a folder of static files that is served as the page, instead of the built-in one",
  },
  queues: {
    type: "text",
    default: "built-in",
    help: "a JSON file with the list of queues, instead of the built-in ones (docs/matchmaking.md)",
  },
  region: {
    type: "text",
    default: "any",
    help: "region of this node, for queues with regions; any: it serves all of them",
  },
} as const satisfies Record<string, Setting>;
