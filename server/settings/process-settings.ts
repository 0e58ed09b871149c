/** The process itself: its part in a fleet, its bots, its log, and settings only for tests. */
import type { Setting } from "./setting.ts";

export const processSettings = {
  production: {
    type: "boolean",
    default: false,
    help: "refuses to start with settings for development only; NODE_ENV=production does the same",
  },
  dev: {
    type: "boolean",
    default: false,
    help: "for development: a changed game goes into its running matches, and every step is checked; not in production",
  },
  bots: {
    type: "boolean",
    default: true,
    help: "keep a match in which house bots play, of the first game, if it has a brain",
  },
  houseBots: { type: "integer", default: 6, min: 0, max: 64, help: "number of house bots" },
  logLevel: {
    type: "choice",
    default: "info",
    choices: ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
    help: "least important line that is logged",
  },
  role: {
    type: "choice",
    default: "all",
    choices: ["all", "room", "matchmaker", "server", "standby"],
    help: "all: everything in one; room, matchmaker: one node of a fleet; server, standby: children of all",
  },
  nodeName: {
    type: "text",
    default: "auto",
    help: "name of this node of a fleet, to which every start adds random letters; auto: the host's name",
  },
  address: {
    type: "text",
    default: "auto",
    help: "host:port at which the other nodes and the load balancer reach this one; auto: the host's name",
  },
  publicAddress: {
    type: "text",
    default: "none",
    help: "host:port at which clients reach this room node; none: through the load balancer",
  },
  leaseMs: {
    type: "integer",
    default: 3000,
    min: 500,
    max: 60_000,
    unit: "ms",
    help: "a node of the fleet whose lease is not renewed for this long is declared lost",
  },
  drainSecondsMax: {
    type: "integer",
    default: 30,
    min: 1,
    max: 3600,
    unit: "s",
    help: "a node that stops moves its matches away for at most this long",
  },
  sabotageGate: {
    type: "boolean",
    default: false,
    hidden: true,
    sabotage: true,
    help: "sends before a tick is durable, so that the chaos test can prove that it detects this",
  },
  sabotageStoreDelayMs: {
    type: "integer",
    default: 0,
    min: 0,
    max: 60_000,
    unit: "ms",
    hidden: true,
    sabotage: true,
    help: "delays every journal write, so that tests can see what a slow store does",
  },
} as const satisfies Record<string, Setting>;
