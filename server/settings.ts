/**
 * Every setting of the server, once: type, unit, default, bounds, one line of help. Flag, environment
 * variable and file key follow from the name (`snapshotEveryKib`: `--snapshot-every-kib`,
 * `HOLDFAST_SNAPSHOT_EVERY_KIB`, `"snapshotEveryKib"`) unless the row says otherwise. config.ts reads them.
 */
interface Row {
  /** One line, no full stop. */
  readonly help: string;
  /** Without the dashes. */
  readonly flag?: string;
  readonly env?: string;
  /** Left out of `--help`: for the server's own processes and for tests. */
  readonly hidden?: true;
  /**
   * Comes from the environment, or from a file that the variable with `_FILE` behind its name names; production takes
   * none from a flag, which every user of the machine can read. `credentials`: when it is an address with a password.
   */
  readonly secret?: "always" | "credentials";
}

/** Bounds are inclusive. */
type IntegerSetting = Row & { type: "integer"; default: number; min: number; max: number; unit?: string };
/** `--name` and `--no-name`. */
type BooleanSetting = Row & { type: "boolean"; default: boolean };
/** Not empty. */
type TextSetting = Row & { type: "text"; default: string };
type ChoiceSetting = Row & { type: "choice"; default: string; choices: readonly string[] };

export type Setting = IntegerSetting | BooleanSetting | TextSetting | ChoiceSetting;

export const settings = {
  port: {
    type: "integer",
    default: 2567,
    min: 0,
    max: 65_535,
    env: "PORT",
    help: "TCP port; 0 takes a free one",
  },
  host: {
    type: "text",
    default: "0.0.0.0",
    env: "HOST",
    help: "address to listen on; 127.0.0.1 keeps it here",
  },
  listenFd: {
    type: "integer",
    default: -1,
    min: -1,
    max: 1024,
    hidden: true,
    help: "descriptor of a bound socket to listen on, which the parent process keeps; -1: none",
  },
  dataDir: {
    type: "text",
    default: "./data",
    flag: "data",
    env: "DATA_DIR",
    help: "directory of the journal and the snapshots",
  },
  store: {
    type: "choice",
    default: "embedded",
    choices: ["embedded", "redis", "memory"],
    help: "where matches are kept: a data directory, Redis, or nowhere (memory)",
  },
  redisUrl: {
    type: "text",
    default: "redis://127.0.0.1:6379",
    env: "REDIS_URL",
    secret: "credentials",
    help: "Redis of --store redis; rediss:// for TLS",
  },
  redisPrefix: {
    type: "text",
    default: "holdfast:",
    help: "how every key in Redis begins; one per fleet",
  },
  redisAnswerMsMax: {
    type: "integer",
    default: 2000,
    min: 50,
    max: 60_000,
    unit: "ms",
    help: "how long an answer of Redis is waited for before the write is tried again",
  },
  durability: {
    type: "choice",
    default: "auto",
    choices: ["auto", "machine", "process", "replica"],
    help: "what a tick survives before it is shown: power loss, the death of the process, or (Redis) of its machine; auto: machine, with Redis process",
  },
  gate: {
    type: "choice",
    default: "strict",
    choices: ["strict", "available"],
    help: "what a match does while the store is away; strict: freeze; available: play on, and what is seen may be lost",
  },
  unackedTicksMax: {
    type: "integer",
    default: 60,
    min: 2,
    max: 3600,
    unit: "ticks",
    help: "a match freezes when this many of its ticks are not durable yet",
  },
  gateKibMax: {
    type: "integer",
    default: 4096,
    min: 64,
    max: 262_144,
    unit: "KiB",
    help: "a match freezes when its gate holds this much",
  },
  stateKibMax: {
    type: "integer",
    default: 8192,
    min: 64,
    max: 65_536,
    unit: "KiB",
    help: "largest full state that who joins is sent; a match that shows more takes nobody",
  },
  snapshotEverySeconds: {
    type: "integer",
    default: 5,
    min: 1,
    max: 600,
    unit: "s",
    help: "longest time between two snapshots of a match",
  },
  snapshotEveryKib: {
    type: "integer",
    default: 256,
    min: 1,
    max: 65_536,
    unit: "KiB",
    help: "journal of a match after which a snapshot is taken early",
  },
  journalKeep: {
    type: "choice",
    default: "match",
    choices: ["match", "snapshot"],
    help: "how far back the journal is kept: the whole match (replay), or the last snapshots",
  },
  journalSegmentKib: {
    type: "integer",
    default: 8192,
    min: 64,
    max: 1_048_576,
    unit: "KiB",
    help: "size of one preallocated journal file; two or three are in use",
  },
  finishedKeepMinutes: {
    type: "integer",
    default: 60,
    min: 0,
    max: 525_600,
    unit: "min",
    help: "how long a finished match is kept for replay",
  },
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
    help: "matches of one process that a user made and nobody is in; more are refused (match/too-many-yours); 0: no limit",
  },
  emptyMatchesPerAddress: {
    type: "integer",
    default: 8,
    min: 0,
    max: 10_000,
    help: "the same for one address; with --rate-address-per-second 0 there is no limit either",
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
    help: "a match in which nobody has a seat ends after so long; 0: never",
  },
  aloneSeconds: {
    type: "integer",
    default: 15,
    min: 0,
    max: 86_400,
    unit: "s",
    help: "a queue's match whose players' opponents have all left ends after so long, and who left comes last; 0: never",
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
  games: {
    type: "text",
    default: "built-in",
    help: "a module whose export `games` lists the games to run, instead of the built-in ones",
  },
  queues: {
    type: "text",
    default: "built-in",
    help: "a JSON file with the list of queues, instead of the built-in ones (docs/matchmaking.md)",
  },
  region: {
    type: "text",
    default: "any",
    help: "region of this node, for queues that tell regions apart; any: it serves all of them",
  },
  sessionSecret: {
    type: "text",
    default: "auto",
    secret: "always",
    help: "seals the keys that sign sessions; the same on every instance, 32 characters or more in production; auto: made once and kept in the data directory, or in Redis (not for production)",
  },
  sessionMinutes: {
    type: "integer",
    default: 60,
    min: 1,
    max: 10_080,
    unit: "min",
    help: "how long a token is good for; clients refresh it by themselves",
  },
  sessionRefreshMinutes: {
    type: "integer",
    default: 10_080,
    min: 1,
    max: 525_600,
    unit: "min",
    help: "how long a session lasts that nobody refreshes",
  },
  identityJwks: {
    type: "text",
    default: "none",
    help: "JWKS address of the identity provider whose tokens are exchanged for sessions; none: guests only",
  },
  identityIssuer: { type: "text", default: "none", help: "issuer that its tokens must name" },
  identityAudience: { type: "text", default: "holdfast", help: "audience that its tokens must name" },
  identityName: { type: "text", default: "id", help: "how ids of its users begin, as in id:ada" },
  adminToken: {
    type: "text",
    default: "none",
    secret: "always",
    help: "bearer token of the admin routes (bans); none: there are no admin routes",
  },
  rateAddressPerSecond: {
    type: "integer",
    default: 50,
    min: 0,
    max: 1_000_000,
    help: "requests per second of one address to the API, over all instances, ten times as many at once; 0: no limit",
  },
  guestsPerAddressPerMinute: {
    type: "integer",
    default: 60,
    min: 0,
    max: 1_000_000,
    help: "new guests per minute of one address, over all instances, four times as many at once; 0: no limit",
  },
  rateUserPerSecond: {
    type: "integer",
    default: 10,
    min: 0,
    max: 1_000_000,
    help: "the same of one user",
  },
  ticketsPerAddressMax: {
    type: "integer",
    default: 64,
    min: 0,
    max: 1_000_000,
    help: "tickets of one address that wait at the same time (of IPv6 a /64 network, and four times as many of a /48); 0: no limit",
  },
  trustProxy: {
    type: "text",
    default: "loopback",
    help: "addresses of load balancers whose X-Forwarded-For is believed: names of Express, or CIDR ranges",
  },
  allowedOrigins: {
    type: "text",
    default: "own",
    help: "pages that may talk to this server beside its own: origins like https://game.example, by commas; *: every page",
  },
  connectionsMax: {
    type: "integer",
    default: 20_000,
    min: 4,
    max: 1_000_000,
    help: "open connections of one process; fewer when its limit of open files is lower, idle ones go first",
  },
  connectionsPerAddressMax: {
    type: "integer",
    default: 512,
    min: 0,
    max: 1_000_000,
    help: "the same of one address (of IPv6 a /64 network), told apart behind the balancers of --trust-proxy; 0: no limit",
  },
  production: {
    type: "boolean",
    default: false,
    help: "refuses to start with what is for development only; NODE_ENV=production says the same",
  },
  bots: { type: "boolean", default: true, help: "open with a match in which house bots play" },
  houseBots: { type: "integer", default: 6, min: 0, max: 64, help: "how many house bots" },
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
    help: "name of this node of a fleet, to which every start adds letters of its own; auto: the host's name",
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
    help: "a node of the fleet that says nothing for so long is taken for dead",
  },
  drainSecondsMax: {
    type: "integer",
    default: 30,
    min: 1,
    max: 3600,
    unit: "s",
    help: "a node that stops moves its matches away for at most so long",
  },
  sabotageGate: {
    type: "boolean",
    default: false,
    hidden: true,
    help: "sends before a tick is durable, so that the chaos test can prove that it would notice",
  },
  sabotageStoreDelayMs: {
    type: "integer",
    default: 0,
    min: 0,
    max: 60_000,
    unit: "ms",
    hidden: true,
    help: "delays every journal write, so that tests can see what a slow store does",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

type ValueOf<Row extends Setting> = Row extends { type: "integer" }
  ? number
  : Row extends { type: "boolean" }
    ? boolean
    : Row extends { choices: readonly (infer Choice)[] }
      ? Choice
      : string;

export type Config = { readonly [Name in SettingName]: ValueOf<(typeof settings)[Name]> };
