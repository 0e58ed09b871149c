/** Matchmaking in one process, whatever its role: its store, its queues, its sessions and its admission of users. */
import { randomBytes } from "node:crypto";
import type { AnyGame } from "../../../shared/game/game.ts";
import {
  configuredProvider,
  type IdentityProviderSettings,
  type identityProvider,
} from "../../accounts/identity-provider.ts";
import { assertProductionKeys } from "../../accounts/production.ts";
import { type RequestLimits, requestLimiter } from "../../accounts/request-limits.ts";
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
import type { Config } from "../../settings/settings.ts";
import { StoreError } from "../../store-error.ts";
import { storeKind } from "../../stores/registered.ts";

const minuteMs = 60_000;
/** A key signs for a day. */
const keyPeriodMs = 24 * 60 * minuteMs;
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
  const identifyToken = configuredProvider(providerOf(config), { nowMs: unixMs, steadyMs });
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
  const takeOne = requestLimiter(store, limitsOf(config), (by) => metrics.accounts.rateLimited(by));
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

const limitsOf = (config: Config): RequestLimits => ({
  perAddressPerSecond: config.rateAddressPerSecond,
  perUserPerSecond: config.rateUserPerSecond,
  guestsPerAddressPerMinute: config.guestsPerAddressPerMinute,
});

const providerOf = (config: Config): IdentityProviderSettings => ({
  ...{ name: config.identityName, jwksUrl: config.identityJwks },
  ...{ issuer: config.identityIssuer, audience: config.identityAudience },
});

function newName(length: number): string {
  return Array.from(randomBytes(length), (byte) => nameAlphabet[byte % nameAlphabet.length]).join("");
}
