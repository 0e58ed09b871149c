/**
 * The only place that builds the real parts: clock, chance, store, matches, rooms, HTTP. It starts them in
 * order and stops them in reverse. Everything else gets what it needs as arguments.
 */
import { randomBytes, randomInt } from "node:crypto";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ApiParts, addRoutes } from "./api/http.ts";
import { Committer } from "./durability/committer.ts";
import type { Store } from "./durability/store.ts";
import { openEmbeddedStore } from "./durability/stores/embedded.ts";
import { MemoryStore } from "./durability/stores/memory.ts";
import { openRedisStore } from "./durability/stores/redis.ts";
import { games } from "./games.ts";
import { MatchHost, type RestoreReport } from "./match/host.ts";
import { Ticker } from "./match/ticker.ts";
import type { StatusNumbers } from "./ops/child-messages.ts";
import type { Log } from "./ops/log.ts";
import { Metrics } from "./ops/metrics.ts";
import { ColyseusServer } from "./room/colyseus-server.ts";
import { deliver, type OutFrame } from "./room/gated-socket.ts";
import { joinMatch } from "./room/join.ts";
import type { Config } from "./settings.ts";
import { NodeStatus } from "./status.ts";
import { StoreError } from "./store-error.ts";

const spectatorsMax = 16;
const commandsPendingMax = 8;
/** How often old finished matches are looked for. */
const tidyEveryMs = 60_000;
/** Time for the last frames to leave before the process ends. */
const goodbyeMs = 150;

export interface RunningServer {
  readonly port: number;
  readonly restored: RestoreReport;
  /** Of the time since the last call. */
  status(): StatusNumbers;
  stop(): Promise<void>;
}

/**
 * Starts a server: store, then every stored match, then the door. Resolves when it takes players.
 * @throws StoreError, and the error of a port that is taken
 */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const parts = await buildParts(config, log);
  const { store, committer, ticker, host, rooms, status } = parts;
  const startedMs = performance.now();
  const restored = await host.restoreAll();
  const perMatchSeconds = (performance.now() - startedMs) / 1000 / Math.max(1, restored.restored.length);
  for (const _match of restored.restored) parts.metrics.restored(perMatchSeconds);
  for (const { id, reason } of restored.setAside) log.error({ match: id }, `set aside: ${reason}`);
  for (const { id, reason } of restored.left) log.error({ match: id }, `not opened: ${reason}`);
  await rooms.embodyRestored();
  const port = await rooms.listen(config.port, config.host);
  const tidy = setInterval(() => void removeOld(store, config.finishedKeepMinutes, log), tidyEveryMs);

  async function stop(): Promise<void> {
    if (parts.stopping) return;
    parts.stopping = true;
    clearInterval(tidy);
    ticker.stop();
    await committer.close();
    rooms.sendEveryoneAway();
    await Promise.allSettled(host.all().map(({ live }) => live.park()));
    await new Promise<void>((resolve) => later(resolve, goodbyeMs));
    await store.close();
  }

  return { port, restored, status, stop };
}

interface Parts {
  readonly metrics: Metrics;
  readonly store: Store;
  readonly committer: Committer;
  readonly ticker: Ticker;
  readonly host: MatchHost<OutFrame>;
  readonly rooms: ColyseusServer;
  readonly status: () => StatusNumbers;
  /** Brings the metrics' gauges up to date. */
  readonly gauge: () => void;
  stopping: boolean;
}

/** From the bottom up: what a part needs was built before it. */
async function buildParts(config: Config, log: Log): Promise<Parts> {
  const nowMs = () => performance.now();
  const warn = (message: string, details: object) => log.warn(details, message);
  const metrics = new Metrics();
  const node = new NodeStatus(metrics, nowMs);
  const store = await openStore(config);
  const committer = new Committer({ store, later, onTrouble: (trouble) => tellTrouble(log, trouble) });
  const ticker = new Ticker({
    nowMs,
    later,
    onLateness: node.slotLate,
    onSlowed: (ticks) => log.warn({ ticks }, "matches were slowed down: the process is overloaded"),
    afterSlot: () => committer.flushUrgent(),
  });
  const host = new MatchHost<OutFrame>({
    node: `${hostname()}-${process.pid}`,
    ...{ games, store, committer, ticker, nowMs, deliver },
    limits: hostLimits(config),
    metrics: node.ofMatches,
    seed: () => randomInt(2 ** 32),
    log: warn,
    gateOpen: config.sabotageGate,
  });
  const rooms: ColyseusServer = new ColyseusServer({
    ...{ games, host, spectatorsMax },
    newMatchId,
    token: () => randomBytes(16).toString("base64url"),
    onInputOverflow: node.inputsOverflowed,
    onPatch: node.patchSent,
    log: warn,
    routes: (app) =>
      addRoutes(
        app,
        apiParts(() => parts, log),
      ),
  });
  const status = () => node.read(host, rooms.connections);
  const gauge = () => node.gauge(host);
  const parts: Parts = { metrics, store, committer, ticker, host, rooms, status, gauge, stopping: false };
  return parts;
}

function apiParts(parts: () => Parts, log: Log): ApiParts {
  return {
    join: joinMatch,
    matches: () => parts().rooms.matches(),
    notReady: () => (parts().stopping ? "stopping" : parts().committer.trouble?.message),
    metrics: async () => {
      parts().gauge();
      const { contentType, body } = await parts().metrics.text();
      return { type: contentType, text: body };
    },
    pageDir: join(dirname(fileURLToPath(import.meta.url)), "..", "client-web", "dist"),
    log: (message, details) => log.error(details, message),
  };
}

const idAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";

/**
 * 12 characters of 32: 60 bits. Easy to read out, and never taken for a flag as Colyseus' own ids may be,
 * which can begin with a dash.
 */
function newMatchId(): string {
  return Array.from(randomBytes(12), (byte) => idAlphabet[byte % idAlphabet.length]).join("");
}

function later(task: () => void, ms: number): void {
  if (ms <= 0) setImmediate(task);
  else setTimeout(task, ms);
}

async function openStore(config: Config): Promise<Store> {
  const { durability, journalKeep } = config;
  if (config.store === "memory") return new MemoryStore();
  if (config.store === "redis") {
    return openRedisStore({
      url: config.redisUrl,
      level: durability === "auto" ? "process" : durability,
      prefix: config.redisPrefix,
      answerMsMax: config.redisAnswerMsMax,
      journalKeep,
    });
  }
  if (durability === "replica") {
    throw new StoreError("store/level-unsupported", "--durability replica needs --store redis");
  }
  const delayMs = config.sabotageStoreDelayMs;
  const faults = { beforeAppend: () => new Promise<void>((resolve) => later(resolve, delayMs)) };
  return openEmbeddedStore({
    path: config.dataDir,
    level: durability === "auto" ? "machine" : durability,
    journalKeep,
    segmentBytes: config.journalSegmentKib * 1024,
    ...(delayMs > 0 ? { faults } : {}),
  });
}

function hostLimits(config: Config) {
  return {
    seatGraceSeconds: config.seatGraceSeconds,
    spectatorsMax,
    commandsPendingMax,
    unackedTicksMax: config.unackedTicksMax,
    gateBytesMax: config.gateKibMax * 1024,
    snapshotEverySeconds: config.snapshotEverySeconds,
    snapshotEveryBytes: config.snapshotEveryKib * 1024,
    matchesMax: config.matchesMax,
  };
}

function tellTrouble(log: Log, trouble: Error | undefined): void {
  if (trouble === undefined) log.info("the store takes writes again; matches go on");
  else log.error({ error: trouble }, "the store does not take writes; matches freeze until it does");
}

/** Finished matches are kept for replay for a while, then go. */
async function removeOld(store: Store, keepMinutes: number, log: Log): Promise<void> {
  const before = Date.now() - keepMinutes * 60_000;
  try {
    for (const entry of await store.list()) {
      if (entry.state === "over" && (entry.endedAtMs ?? 0) < before) await store.remove(entry.id);
    }
  } catch (error) {
    log.warn({ error }, "old matches could not be removed; trying again in a minute");
  }
}
