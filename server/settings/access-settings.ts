/** Who may send requests, as whom, from where and how often: sessions, the identity provider, limits, connections. */
import type { Setting } from "./setting.ts";

export const accessSettings = {
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
    help: "how long a token is valid; clients refresh it by themselves",
  },
  sessionRefreshMinutes: {
    type: "integer",
    default: 10_080,
    min: 1,
    max: 525_600,
    unit: "min",
    help: "how long a session lasts without a refresh",
  },
  identityJwks: {
    type: "text",
    default: "none",
    help: "JWKS address of the identity provider whose tokens are exchanged for sessions; none: guests only",
  },
  identityIssuer: { type: "text", default: "none", help: "issuer that its tokens must name" },
  identityAudience: { type: "text", default: "holdfast", help: "audience that its tokens must name" },
  identityName: { type: "text", default: "id", help: "prefix of its users' ids, as in id:ada" },
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
    help: "addresses of load balancers whose X-Forwarded-For is trusted: names of Express, or CIDR ranges",
  },
  allowedOrigins: {
    type: "text",
    default: "own",
    help: "pages that may talk to this server besides its own: origins like https://game.example, separated by commas; *: every page",
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
    help: "the same of one address (of IPv6 a /64 network), counted per client behind the balancers of --trust-proxy; 0: no limit",
  },
} as const satisfies Record<string, Setting>;
