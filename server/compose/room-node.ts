/**
 * A node of a fleet that owns matches: it keeps them in Redis, takes over matches of lost nodes, and moves its own
 * away when it is stopped.
 */

import { setTimeout as pause } from "node:timers/promises";
import type { Express } from "express";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import type { Joiner, JoinRequest } from "../../shared/wire/api.ts";
import type { BookingRequest } from "../../shared/wire/booking.ts";
import { addClosingRoutes } from "../api/closing-routes.ts";
import { addHealthRoutes } from "../api/health-routes.ts";
import { addNodeRoutes, type BookResult, type TakeResult } from "../api/internal-routes.ts";
import { nodeClient } from "../api/node-client.ts";
import type { ApiJoin } from "../api/v1/match-routes.ts";
import { formatsHere } from "../durability/format.ts";
import type { Store } from "../durability/store.ts";
import { FleetNode, fleetLimits } from "../fleet/fleet-node.ts";
import { JoinQueue } from "../fleet/join-queue.ts";
import type { NodeLoad } from "../fleet/node-registry.ts";
import { fullBecause } from "../fleet/placement.ts";
import type { Matches } from "../fleet/ports.ts";
import type { Brought } from "../games.ts";
import { nowMs } from "../ops/clock.ts";
import { flushLog, type Log } from "../ops/log.ts";
import { Metrics } from "../ops/metrics.ts";
import { laterAs } from "../ops/work.ts";
import type { Config } from "../settings/settings.ts";
import { type BesideMatches, nothingBeside } from "./beside.ts";
import { type FleetLink, openFleetLink } from "./fleet-link.ts";
import { catalogueOf, matchesOf } from "./fleet-ports.ts";
import { addressOf, placeOf } from "./listen-address.ts";
import { buildMatchProcess, type MatchProcess } from "./match-process.ts";
import { startMatchWork } from "./matchmaking/match-work.ts";
import { type Matchmaking, openMatchmaking } from "./matchmaking/open.ts";
import { type LoadMeter, loadMeter } from "./node-load.ts";
import { failuresTo } from "./process-app.ts";
import { awayReason } from "./readiness.ts";
import type { RunningServer } from "./running-server.ts";
import { goodbyeMs, shutDown } from "./shutdown.ts";
import { openStore } from "./store.ts";

/** @throws StoreError, PortError */
export async function startRoomNode(
  config: Config,
  log: Log,
  { games, handlers }: Brought,
  beside: BesideMatches = nothingBeside,
): Promise<RunningServer> {
  const metrics = new Metrics();
  const link = await openFleetLink(config, log, metrics.redis.of);
  const store = await openStore(config, () => matchmaking.parts.nowMs(), metrics.redis.of);
  const matchmaking = await openMatchmaking({ config, games: [...games, ...beside.games], log, metrics });
  const node = new RoomNode({ config, log, games, handlers, link, store, matchmaking, metrics, beside });
  const port = await node.start();
  return {
    port,
    matches: node.parts.host.all().length,
    status: node.meter.status,
    stop: () => node.stop(),
  };
}

interface RoomNodeOptions extends Brought {
  readonly config: Config;
  readonly log: Log;
  readonly link: FleetLink;
  readonly store: Store;
  readonly matchmaking: Matchmaking;
  readonly metrics: Metrics;
  readonly beside: BesideMatches;
}

class RoomNode {
  readonly parts: MatchProcess;
  readonly meter: LoadMeter;
  readonly #config: Config;
  readonly #log: Log;
  readonly #link: FleetLink;
  readonly #matchmaking: Matchmaking;
  readonly #stopMatchWork: () => Promise<void>;
  readonly #matches: Matches;
  readonly #line: JoinQueue;
  readonly #startedAtMs: number;
  /** Name and version of each game, and of each kind of rooms. */
  readonly #versions: Readonly<Record<string, number>>;
  /** Set once the port is known. */
  #fleet: FleetNode | undefined;
  #full = false;

  constructor(options: RoomNodeOptions) {
    const { config, log, games, handlers, link, store, matchmaking, metrics, beside } = options;
    this.#config = config;
    this.#log = log;
    this.#link = link;
    this.#matchmaking = matchmaking;
    this.#startedAtMs = matchmaking.parts.nowMs();
    const all = [...games, ...beside.kinds];
    this.#versions = Object.fromEntries(all.map(({ name, version }) => [name, version]));
    const { node, listing } = link;
    this.parts = buildMatchProcess({
      ...{ config, log, games, handlers, node, listing, store, matchmaking, metrics, beside },
      ...this.#public(),
      routes: (app, parts) => this.#addRoutes(app, parts),
      stale: () => this.#fleet?.stale() ?? false,
      isReady: () => this.#takesPlayers(),
    });
    this.meter = loadMeter(this.parts, config.matchesMax);
    this.#matches = matchesOf(this.parts, log);
    const owns = () => this.#fleet?.state === "ready";
    this.#stopMatchWork = startMatchWork({ matchmaking, process: this.parts, owns, log });
    this.#line = new JoinQueue({ nowMs, later: laterAs("joins"), full: () => this.#full });
  }

  /** @returns the port */
  async start(): Promise<number> {
    const port = await this.parts.rooms.listen(placeOf(this.#config));
    this.#fleet = this.#fleetNode(addressOf(this.#config, port));
    this.parts.host.onChanged = () => this.#fleet?.changed();
    await this.#fleet.start();
    return port;
  }

  /** Moves its matches away, then stops the rest. */
  async stop(): Promise<void> {
    const { parts } = this;
    const fleet = this.#fleet;
    if (parts.stopping || fleet === undefined) return;
    const { moved, left } = await fleet.drain();
    this.#log.info({ moved, left }, "drained");
    await shutDown({ process: parts, stopWork: [this.#stopMatchWork], leave: () => fleet.stop() });
    this.meter.stop();
    await Promise.allSettled([this.#link.close(), parts.store.close(), this.#matchmaking.close()]);
  }

  #fleetNode(address: string): FleetNode {
    const { node, registry, secret } = this.#link;
    const { leaseMs, drainSecondsMax } = this.#config;
    return new FleetNode({
      ...{ node, registry, matches: this.#matches, clock: { nowMs, later: laterAs("fleet") } },
      catalogue: catalogueOf(this.parts.store),
      peers: nodeClient(secret),
      entry: () => this.#entry(address),
      metrics: this.parts.metrics.fleet,
      log: (message, details) => this.#log.warn(details, message),
      onLost: (why) => void this.#startOver(why),
      onTakeover: (match, afterMs) => {
        this.#log.info({ match, afterMs: Math.round(afterMs) }, "a match goes on here");
      },
      limits: {
        ...fleetLimits,
        leaseMs,
        drain: { ...fleetLimits.drain, drainMsMax: drainSecondsMax * 1000 },
      },
    });
  }

  #entry(address: string) {
    return {
      address,
      ...this.#public(),
      ...(this.#config.region !== "any" && { region: this.#config.region }),
      pid: process.pid,
      games: this.#versions,
      formats: formatsHere,
      load: this.#load(),
      processId: this.parts.rooms.processId,
      startedAtMs: this.#startedAtMs,
    };
  }

  #public(): { publicAddress?: string } {
    const { publicAddress } = this.#config;
    return publicAddress === "none" ? {} : { publicAddress };
  }

  #load(): NodeLoad {
    const measured = this.meter.load();
    const why = fullBecause(measured, this.#full);
    const full = why !== undefined;
    if (full !== this.#full) this.#log.info({ why }, full ? "full" : "takes players again");
    this.#full = full;
    return { ...measured, joinsWaiting: this.#line.waiting, full };
  }

  #addRoutes(app: Express, { health }: MatchProcess): void {
    const state = () => this.#fleet?.state ?? "starting";
    addHealthRoutes(app, {
      ...health,
      notReady: () =>
        state() === "ready" ? (health.notReady() ?? awayReason([this.#link.registry])) : state(),
    });
    addNodeRoutes(app, {
      secret: this.#link.secret,
      join: (request, joiner) => this.#join(request, joiner),
      book: (request) => this.#book(request),
      take: (id, epoch) => this.#take(id, epoch),
      drain: () => void this.#fleet?.drain(),
    });
    addClosingRoutes(app, failuresTo(this.#log));
  }

  async #join(request: JoinRequest, joiner: Joiner): Promise<ApiJoin> {
    if (!this.#takesPlayers()) return this.#busy();
    if (request.matchId === undefined && !(await this.#line.admitted())) return this.#busy();
    return this.parts.door.join(request, joiner);
  }

  async #book(request: BookingRequest): Promise<BookResult> {
    if (!this.#takesPlayers()) return this.#busy();
    if (request.matchId === undefined && !(await this.#line.admitted())) return this.#busy();
    return this.parts.bookings.book(request);
  }

  #takesPlayers(): boolean {
    return this.#fleet !== undefined && !this.#fleet.stale() && this.#fleet.state === "ready";
  }

  #busy(): { ok: false; code: "node/full"; detail: string } {
    const detail = `${this.#link.node} is full or about to stop`;
    return { ok: false, code: "node/full", detail };
  }

  async #take(id: string, epoch: number): Promise<TakeResult> {
    return this.#fleet?.takeOver({ id, epoch }) ?? { ok: false, reason: "this node is still starting" };
  }

  /** Other nodes now own its matches, and its name is used up. */
  async #startOver(why: string): Promise<void> {
    this.#log.error(
      { code: "fleet/declared-lost", why },
      "this node was declared lost by its peers; restarting",
    );
    await pause(goodbyeMs);
    await flushLog(this.#log);
    process.exit(exitCodes.lost);
  }
}
