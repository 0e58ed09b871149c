/**
 * The parts of a process that owns matches, alone or in a fleet. They are built from the bottom up, so each part
 * finds what it needs. Only here and in ops/ are the real clock and randomness read; everything else gets them as
 * arguments.
 */

import { randomBytes, randomInt } from "node:crypto";
import type { Express } from "express";
import type { UnixClock } from "../../shared/clock.ts";
import type { Locate } from "../../shared/game/locate.ts";
import { matchIdAlphabet, matchIdLength } from "../../shared/wire/matchmake.ts";
import { announceEveryMs, UserLocator } from "../accounts/user-locator.ts";
import type { HealthParts } from "../api/health-routes.ts";
import { Committer } from "../durability/committer.ts";
import type { Store } from "../durability/store.ts";
import type { Brought } from "../games.ts";
import { CallPlaces } from "../match/asks/call-places.ts";
import { connectedUsers } from "../match/connected-users.ts";
import { type EndedMatch, type HostParts, MatchHost } from "../match/host.ts";
import type { HostLimits } from "../match/host-limits.ts";
import { Ticker } from "../match/ticker.ts";
import type { StatusNumbers } from "../ops/child-messages.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { Overload } from "../ops/overload.ts";
import { every, laterAs, timerAs } from "../ops/work.ts";
import { matchOutcome } from "../ratings/match-outcome.ts";
import { recordOutcome } from "../ratings/outcomes.ts";
import { Bookings } from "../room/bookings.ts";
import { ColyseusServer } from "../room/colyseus-server.ts";
import { deliver, type OutFrame } from "../room/gated-socket.ts";
import { Invitations } from "../room/invitations.ts";
import { Door } from "../room/join.ts";
import { limitedLines } from "../room/limited-lines.ts";
import { Ordered } from "../room/ordered.ts";
import type { BarredCheck } from "../room/put-out.ts";
import type { SharedListing } from "../room/shared-listing.ts";
import type { Config } from "../settings/settings.ts";
import { type BesideMatches, nothingBeside } from "./beside.ts";
import { socketParts } from "./connections.ts";
import { type MatchSleep, startSleep } from "./match-sleep.ts";
import type { Matchmaking } from "./matchmaking/open.ts";
import { processApp } from "./process-app.ts";
import { notReady } from "./readiness.ts";
import { NodeStatus } from "./status.ts";

const spectatorsMax = 16;
const commandsPendingMax = 8;
/** Lines of the log: when a database is away, every match that asks fails. */
const askFailuresPerMinuteMax = 60;
/** How often old finished matches are removed. */
const tidyEveryMs = 60_000;

export interface MatchProcess {
  readonly metrics: Metrics;
  readonly store: Store;
  readonly committer: Committer;
  readonly ticker: Ticker;
  readonly host: MatchHost<OutFrame>;
  readonly rooms: ColyseusServer;
  readonly door: Door;
  readonly bookings: Bookings;
  readonly invitations: Invitations;
  readonly sleep: MatchSleep;
  /** Numbers since the last call. */
  readonly status: () => StatusNumbers;
  readonly health: HealthParts;
  /** Closes the rooms that are no matches. */
  readonly closeRooms: () => Promise<void>;
  /** Stops the ticks, then the writes. */
  readonly halt: () => Promise<void>;
  stopping: boolean;
}

export interface MatchProcessOptions extends Pick<Brought, "games">, Partial<Pick<Brought, "handlers">> {
  readonly config: Config;
  readonly log: Log;
  readonly matchmaking: Matchmaking;
  readonly metrics: Metrics;
  readonly store: Store;
  /** This process' name in the catalogue. */
  readonly node: string;
  readonly routes: (app: Express, parts: MatchProcess) => void;
  readonly listing?: SharedListing;
  readonly publicAddress?: string;
  /** Rooms and routes that somebody brought. */
  readonly beside?: BesideMatches;
  /** Whether this process stood still so long that its matches may have new owners: then it sends nothing. */
  readonly stale?: () => boolean;
  /** Whether it takes matches now. Default: always. */
  readonly isReady?: () => boolean;
}

export function buildMatchProcess(options: MatchProcessOptions): MatchProcess {
  const { config, log, games, store, matchmaking, metrics, beside = nothingBeside } = options;
  const warn = (message: string, details: object) => log.warn(details, message);
  const status = new NodeStatus(metrics, nowMs);
  const committer = new Committer({
    ...{ store, later: laterAs("commits"), onTrouble: (trouble) => tellTrouble(log, trouble) },
  });
  const ticker = matchTicker(log, status, committer);
  const locator = userLocator(options, () => connectedUsers(host));
  const host: MatchHost<OutFrame> = matchHost(options, {
    ...{ committer, ticker, metrics: status.ofMatches },
    locate: locator.locate,
  });
  const app = processApp({
    ...{ config, matchmaking, games, metrics: metrics.http },
    join: (...wish) => parts.door.join(...wish),
    ...{ ready: (matchId, token) => sleep.waking.ready(matchId, token), ...beside.forApp },
  });
  const { sessions, identify } = matchmaking;
  const barred: BarredCheck = (who) => sessions.barred(who);
  const invitations = new Invitations(host);
  const ordered = new Ordered();
  const bookings = new Bookings({
    ...{ games: [...games, ...beside.games], host, barred, invitations, ordered, log: warn },
    eraOf: (userId) => sessions.eraOf(userId),
  });
  const { listing, publicAddress, stale } = options;
  const sockets = socketParts(config, metrics, log);
  const rooms: ColyseusServer = new ColyseusServer({
    ...{ games, host, spectatorsMax, identify, barred, invitations, madeBy: ordered.of },
    ...{ onRequest: app, newMatchId, metrics: status.ofRooms },
    ...(listing !== undefined && { listing }),
    ...(publicAddress !== undefined && { publicAddress }),
    ...(stale !== undefined && { stale }),
    token: () => randomBytes(16).toString("base64url"),
    ...sockets,
    wake: (id, token) => sleep.waking.ready(id, token),
    isKept: async (id) => (await store.find(id))?.state === "running",
    ...{ log: warn, ...beside.forColyseus },
  });
  beside.open(rooms, "here");
  const sleep: MatchSleep = startSleep({
    ...{ config, store, host, unixMs: matchmaking.parts.nowMs, log, metrics, isReady: options.isReady },
    openRoom: (id) => rooms.openRoom(id),
  });
  metrics.beforeReading(() => {
    status.gauge(host);
    metrics.connections.now({ open: sockets.connections.open, clients: rooms.connections });
  });
  const stopWork = [sessions.onEnded(() => rooms.putOut()), ...startRepeated(options, locator)];
  const parts: MatchProcess = {
    ...{ metrics, store, committer, ticker, host, rooms, bookings, invitations },
    ...{ door: new Door({ host, invitations, ordered, waking: sleep.waking }), sleep },
    ...{ status: () => status.read(host, rooms.connections), closeRooms: beside.close },
    health: {
      notReady: () =>
        notReady({ ...parts, trouble: committer.trouble }, [store, matchmaking.parts.store, listing]),
      metrics: () => metrics.text(),
    },
    halt: async () => {
      for (const stop of stopWork) stop();
      await sleep.stop();
      ticker.stop();
      await committer.close();
    },
    stopping: false,
  };
  options.routes(app, parts);
  return parts;
}

/** Where users are: here, and in a fleet on other nodes. */
function userLocator(
  { listing, matchmaking }: MatchProcessOptions,
  here: ConstructorParameters<typeof UserLocator>[0]["here"],
): UserLocator {
  const inFleet = listing !== undefined && { store: matchmaking.parts.store };
  return new UserLocator({ steadyMs: nowMs, here, ...inFleet });
}

/** @returns functions that stop it */
function startRepeated(
  { store, config, matchmaking, log }: MatchProcessOptions,
  locator: UserLocator,
): (() => void)[] {
  return [
    every("tidy", tidyEveryMs, () => removeOld(store, { ...config, ...matchmaking.parts }, log)),
    every("locations", announceEveryMs, () =>
      locator.announce().catch((error) => log.warn({ error }, "where users play was not announced")),
    ),
  ];
}

function matchTicker(log: Log, status: NodeStatus, committer: Committer): Ticker {
  const overload = new Overload(nowMs);
  return new Ticker({
    nowMs,
    later: laterAs("ticks"),
    onLateness: status.slotLate,
    onSlowed: (given) => {
      const ticks = overload.slowed(given);
      if (ticks !== undefined) log.warn({ ticks }, "matches were slowed down: the process is overloaded");
    },
    afterSlot: () => committer.flushUrgent(),
  });
}

function matchHost(
  { config, log, games, handlers = {}, store, node, matchmaking, beside }: MatchProcessOptions,
  { locate, ...parts }: Pick<HostParts<OutFrame>, "committer" | "ticker" | "metrics"> & { locate: Locate },
): MatchHost<OutFrame> {
  return new MatchHost<OutFrame>({
    ...{ ...parts, node, store, nowMs, deliver, unixMs: matchmaking.parts.nowMs },
    games: [...games, ...(beside?.games ?? [])],
    limits: hostLimits(config),
    seed: () => randomInt(2 ** 32),
    log: (message, details) => log.warn(details, message),
    asks: {
      ...{ handlers, locate, places: new CallPlaces(config.asksAtOnce), timer: timerAs("asks") },
      logFailure: limitedLines((message, details) => log.warn(details, message), {
        linesPerMinuteMax: askFailuresPerMinuteMax,
        nowMs,
      }),
    },
    settle: (ended) => settle(matchmaking, ended, log),
    gateOpen: config.sabotageGate,
    developing: config.dev,
  });
}

/** 12 characters of an alphabet of 32: 60 bits. */
export function newMatchId(length = matchIdLength): string {
  return Array.from(randomBytes(length), (byte) => matchIdAlphabet[byte % matchIdAlphabet.length]).join("");
}

function hostLimits(config: Config): HostLimits {
  return {
    seatGraceSeconds: config.seatGraceSeconds,
    emptySeconds: config.emptySeconds,
    aloneSeconds: config.aloneSeconds,
    commandsPerSecondMax: config.commandsPerSecond,
    commandBytesPerSecondMax: config.commandKibPerSecond * 1024,
    spectatorsMax,
    commandsPendingMax,
    unackedTicksMax: config.unackedTicksMax,
    gateBytesMax: config.gateKibMax * 1024,
    snapshotEverySeconds: config.snapshotEverySeconds,
    snapshotEveryBytes: config.snapshotEveryKib * 1024,
    matchesMax: config.matchesMax,
    emptyPerUserMax: config.rateUserPerSecond === 0 ? 0 : config.emptyMatchesPerUser,
    emptyPerAddressMax: config.rateAddressPerSecond === 0 ? 0 : config.emptyMatchesPerAddress,
    seatsPerUserMax: config.rateUserPerSecond === 0 ? 0 : config.seatsPerUser,
    gate: config.gate,
  };
}

/** @throws StoreError; the end of the match is then reported again */
async function settle({ parts }: Matchmaking, ended: EndedMatch, log: Log): Promise<void> {
  const recorded = await recordOutcome(parts, matchOutcome(ended));
  if (!recorded.ok) log.error({ match: ended.id, ...recorded }, "the outcome of a match changed no rating");
}

function tellTrouble(log: Log, trouble: Error | undefined): void {
  if (trouble === undefined) log.info("the store takes writes again; matches go on");
  else log.error({ error: trouble }, "the store does not take writes; matches freeze until it does");
}

/** Removes finished matches after the time for which they are kept for replay. */
async function removeOld(
  store: Store,
  { finishedKeepMinutes, nowMs }: { finishedKeepMinutes: number; nowMs: UnixClock },
  log: Log,
): Promise<void> {
  const before = nowMs() - finishedKeepMinutes * 60_000;
  try {
    for (const entry of await store.list("awake")) {
      if (entry.state === "over" && (entry.endedAtMs ?? 0) < before) await store.remove(entry.id);
    }
  } catch (error) {
    log.warn({ error }, "old matches could not be removed; trying again in a minute");
  }
}
