/** Matchmaking in one process, whatever its role: its store, its queues, its sessions and its admission of users. */
import { randomBytes } from "node:crypto";
import type { AnyGame } from "../../../shared/game/game.ts";
import { type IdentityClocks, identityProvider } from "../../accounts/identity-provider.ts";
import { assertProductionKeys } from "../../accounts/production.ts";
import { rateLimit, takeOne } from "../../accounts/rate-limit.ts";
import { sessionSecretOf } from "../../accounts/session-secret.ts";
import { joinerOf, Sessions } from "../../accounts/sessions.ts";
import type { Admission } from "../../api/serve-route.ts";
import type { MatchmakingParts } from "../../matchmaking/parts.ts";
import { TicketQuota } from "../../matchmaking/tickets/ticket-quota.ts";
import { nowMs as steadyMs, unixMs } from "../../ops/clock.ts";
import type { Log } from "../../ops/log.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { timerAs } from "../../ops/work.ts";
import { loadQueues } from "../../queues.ts";
import type { Identify } from "../../room/authentication.ts";
import type { MatchmakingStore } from "../../rows/store.ts";
import type { Config } from "../../settings/settings.ts";
import { StoreError } from "../../store-error.ts";
import { storeKind } from "../../stores/registered.ts";

const minuteMs = 60_000;
/** A key signs for a day. */
const keyPeriodMs = 24 * 60 * minuteMs;
/** The requests of this many seconds may arrive at once. */
const burstSeconds = 10;
/** The new guests of this many minutes may arrive at once. */
const guestBurstMinutes = 4;
/** A provider's name starts its users' ids, which must never look like guests' ids. */
const providerName = /^[a-z0-9-]{1,32}$/;
/** Names for the store of parties and tickets, without characters that look alike. */
const nameAlphabet = "abcdefghijklmnopqrstuvwxyz234567";

const later = timerAs("matchmaking");

export interface Matchmaking {
  readonly parts: MatchmakingParts;
  /** Follows the director once it has started. */
  readonly quota: TicketQuota;
  readonly sessions: Sessions;
  readonly identifyToken: ReturnType<typeof identityProvider> | undefined;
  readonly admission: Admission;
  /** For Colyseus' own matchmaking. */
  readonly identify: Identify;
  close(): Promise<void>;
}

export interface MatchmakingOptions {
  readonly config: Config;
  readonly games: readonly AnyGame[];
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @throws StoreError, also `session/development-key`, `session/other-secret` and `queue/invalid` */
export async function openMatchmaking({
  config,
  games,
  log,
  metrics,
}: MatchmakingOptions): Promise<Matchmaking> {
  const production = config.production || process.env.NODE_ENV === "production";
  const keys = assertProductionKeys({
    production,
    secret: config.sessionSecret,
    keepsApart: storeKind(config.store).secretDirectory !== undefined,
  });
  if (!keys.ok) throw new StoreError(keys.code, `--session-secret: ${keys.detail}`);
  const queues = loadQueues(config.queues, games);
  const identifyToken = identityProviderOf(config, { nowMs: unixMs, steadyMs });
  const kind = storeKind(config.store);
  const { store, nowMs } = await (await kind.load()).openRows({
    settings: config,
    steadyMs,
    metrics: metrics.redis.of,
    warn: (message, details) => log.warn(details, message),
  });
  const directory = kind.secretDirectory?.(config);
  const secret = await sessionSecretOf({ secret: config.sessionSecret, directory, store });
  const quota = new TicketQuota({ perAddressMax: config.ticketsPerAddressMax, steadyMs });
  const admitTicket = (from: readonly string[]) => quota.admit(from);
  metrics.matchmaking.declare(queues.keys());
  const ofStore = { store, nowMs, steadyMs, later, newName };
  const parts: MatchmakingParts = { ...ofStore, queues, admitTicket, metrics: metrics.matchmaking };
  const tokenMs = config.sessionMinutes * minuteMs;
  const lifeMs = Math.max(tokenMs, config.sessionRefreshMinutes * minuteMs);
  const sessions = await Sessions.open({
    ...{ ...ofStore, secret, accountMetrics: metrics.accounts },
    ...{ issuer: "holdfast", audience: "holdfast", tokenMs, lifeMs, keyPeriodMs },
    log: (message, details) => log.warn(details, message),
  });
  metrics.beforeReading(() => metrics.accounts.bans(sessions.bans.inForce()));
  const check = (token: string) => sessions.check(token);
  const takeOne = limiter(store, config, metrics.accounts);
  return {
    ...{ parts, quota, sessions, identifyToken },
    admission: { check, takeOne },
    identify: async (token) => {
      if (token === undefined) return { ok: false, code: "session/missing", detail: "set client.auth.token" };
      const checked = await check(token);
      if (!checked.ok) return checked;
      const counted = await takeOne("user", checked.session.userId);
      if (!counted.ok) return counted;
      return { ok: true, joiner: joinerOf(checked.session) };
    },
    close: async () => {
      sessions.close();
      await store.close();
    },
  };
}

function identityProviderOf(config: Config, clocks: IdentityClocks): Matchmaking["identifyToken"] {
  const { identityJwks, identityIssuer, identityAudience: audience, identityName: name } = config;
  if (identityJwks === "none") return undefined;
  const refuse = (why: string) => new StoreError("session/provider-invalid", why);
  if (!URL.canParse(identityJwks) || identityIssuer === "none")
    throw refuse("--identity-jwks needs an address, and --identity-issuer");
  if (!providerName.test(name) || name === "guest")
    throw refuse(`--identity-name ${name}: it must be of a-z, 0-9 and -, at most 32, and not guest`);
  return identityProvider({ name, jwksUrl: identityJwks, issuer: identityIssuer, audience }, clocks);
}

function limiter(
  store: MatchmakingStore,
  config: Config,
  metrics: Metrics["accounts"],
): Admission["takeOne"] {
  const limitOf = (name: string, perSecond: number) =>
    perSecond === 0 ? undefined : rateLimit(name, { perSecond, burst: perSecond * burstSeconds });
  const limits = {
    address: limitOf("requests per address", config.rateAddressPerSecond),
    user: limitOf("requests per user", config.rateUserPerSecond),
    guest: guestLimit(config.guestsPerAddressPerMinute),
  };
  return async (of, who) => {
    const limit = limits[of];
    if (limit === undefined) return { ok: true };
    const counted = await takeOne(store, limit, who);
    if (!counted.ok) metrics.rateLimited(of);
    return counted;
  };
}

/** New guests per address: a school class or a party may arrive at once. */
function guestLimit(perMinute: number) {
  const rate = { perSecond: perMinute / 60, burst: perMinute * guestBurstMinutes };
  return perMinute === 0 ? undefined : rateLimit("new guests per address", rate);
}

function newName(length: number): string {
  return Array.from(randomBytes(length), (byte) => nameAlphabet[byte % nameAlphabet.length]).join("");
}
