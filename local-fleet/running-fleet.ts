/**
 * A whole fleet on this machine: it starts Redis, the nodes, the load balancer and the bots in this order, and stops
 * them in reverse. Owns their processes and the directory that they share. It knows no matches: the nodes and Redis
 * decide which node owns what, and what happens when one dies.
 */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { hostAndPort, typedHost } from "../server/net/address.ts";
import { restartLimits } from "../server/ops/restart.ts";
import type { SteadyClock } from "../shared/clock.ts";
import type { MatchInfo } from "../shared/wire/api.ts";
import type { ToolResult } from "../tools/ensure-tool.ts";
import type { FleetCommand } from "./arguments.ts";
import { balancerConfig } from "./balancer-config.ts";
import { type FleetPlan, type FleetSlot, fleetPlan, matchmakerAddresses, nextPlace } from "./fleet-plan.ts";
import type { FailoverView, FleetView } from "./fleet-view.ts";
import { runningMatches } from "./match-list.ts";
import { nodeAddress, nodeArguments, spawnBots, spawnNode } from "./node-command.ts";
import {
  balancerArguments,
  balancerReady,
  redisArguments,
  redisReady,
  spawnOutside,
} from "./outside-program.ts";
import { secretsOf, withoutSecrets } from "./secret-flags.ts";
import { type SupervisedListener, type SupervisedOptions, SupervisedProcess } from "./supervised-process.ts";

/** Time for a node to park its matches after a second signal, without a drain. */
const parkMsMax = 3000;
const stopMsMax = 8000;
/**
 * A start takes a processor for a second, which the other nodes need after a death to restore the matches. The dead
 * node is not urgent: its matches are elsewhere.
 */
const roomRestartLimits = { ...restartLimits, calmMs: 1000 };
/** Added to the time that a node has for its drain. */
const drainMoreMs = 10_000;

export interface FleetParts {
  readonly command: FleetCommand;
  readonly listener: SupervisedListener;
  readonly say: (text: string) => void;
  readonly nowMs: SteadyClock;
  readonly chance: () => number;
  readonly findTool: (name: "redis-server" | "nginx") => Promise<ToolResult>;
  /** The server's script in the version that the fleet begins with. */
  readonly serverEntry: string;
  readonly botsEntry: string;
}

/** The parts in the order in which they stop. */
const stopOrder = ["bots", "room", "matchmaker", "balancer", "redis"] as const;
type Part = (typeof stopOrder)[number];

export interface RunningNode {
  readonly place: FleetSlot;
  readonly supervised: SupervisedProcess;
}

export class RunningFleet {
  failover: FailoverView | undefined;
  readonly #parts: FleetParts;
  /** All parts that may have a process, including nodes that are starting or stopping. */
  readonly #all = new Map<SupervisedProcess, Part>();
  readonly #directory = mkdtempSync(join(tmpdir(), "holdfast-fleet-"));
  readonly #startedAt = new Date().toISOString();
  #nodes: readonly RunningNode[] = [];
  #serverEntry: string;
  #nodeFlags: readonly string[];
  #plan: FleetPlan | undefined;
  #redisUrl = "";
  #hasBalancer = false;
  #stopping = false;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#serverEntry = parts.serverEntry;
    const { nodeFlags, config } = parts.command;
    // The fleet itself reports what happens, so its nodes log from warnings on unless --log-level says otherwise.
    this.#nodeFlags = ["--log-level", config.logLevel === "info" ? "warn" : config.logLevel, ...nodeFlags];
    // When started as root, nginx' workers run as another user, who must be able to enter.
    chmodSync(this.#directory, 0o711);
  }

  /** Resolves when everything serves. @throws StartFailed, Error; call stop() then to end what was started */
  async start(): Promise<void> {
    const { command, chance } = this.#parts;
    const nginx = await this.#findBalancer();
    const { rooms, matchmakers, config } = command;
    const { port, host } = config;
    const size = { rooms, matchmakers, port, host, balancer: nginx !== undefined };
    this.#plan = await fleetPlan(size, chance());
    this.#hasBalancer = nginx !== undefined;
    this.#redisUrl = command.redisUrl ?? (await this.#startRedis(this.#plan.redisPort));
    this.#nodes = this.#plan.places.map((place) => this.#newNode(place));
    await Promise.all(this.#nodes.map(({ supervised }) => supervised.start()));
    if (nginx !== undefined) await this.#startBalancer(nginx, this.#plan);
    if (command.bots > 0) await this.startBots();
  }

  get nodes(): readonly RunningNode[] {
    return this.#nodes;
  }

  get redisUrl(): string {
    return this.#redisUrl;
  }

  /** The addresses for players and callers. */
  get urls(): readonly string[] {
    const name = typedHost(this.#parts.command.config.host);
    if (this.#hasBalancer) return [`http://${hostAndPort(name, this.#plan!.port)}`];
    return this.#nodes
      .filter(({ place }) => place.role === "matchmaker")
      .map(({ place }) => `http://${hostAndPort(name, place.port)}`);
  }

  view(): FleetView {
    const bots = this.#find("bots");
    const balancer = this.#find("balancer");
    const redisPid = this.#find("redis")?.pid;
    return {
      pid: process.pid,
      urls: this.urls,
      redis: { url: this.#redisUrl, ...(redisPid !== undefined && { pid: redisPid }) },
      ...(balancer && { balancer: { pid: balancer.pid } }),
      ...(bots && { bots: { pid: bots.pid, players: this.#parts.command.bots } }),
      nodes: this.#nodes.map(({ place: { name, role, port }, supervised }) => ({
        ...{ name, role, port, pid: supervised.pid, state: supervised.state, restarts: supervised.restarts },
        ...(supervised.numbers && { numbers: supervised.numbers }),
      })),
      ...(this.failover && { failover: this.failover }),
      startedAt: this.#startedAt,
    };
  }

  /** The matches as the first matchmaker that answers sees them. @throws Error */
  matches(): Promise<readonly MatchInfo[]> {
    const matchmakers = this.#nodes.filter(({ place }) => place.role === "matchmaker");
    return runningMatches(
      matchmakers.map(({ place }) => `http://${nodeAddress(this.#nodeHost, place.port)}`),
    );
  }

  /** Sets what nodes run once they are replaced; the last flag wins. */
  useVersion({ serverEntry, nodeFlags }: { serverEntry?: string; nodeFlags: readonly string[] }): void {
    this.#serverEntry = serverEntry ?? this.#serverEntry;
    this.#nodeFlags = [...this.#nodeFlags, ...nodeFlags];
  }

  /**
   * Starts a new process in a place, then drains the old one.
   * @returns whether the old one ended by itself. @throws StartFailed when the new one does not start
   */
  async replace(name: string): Promise<boolean> {
    const old = this.#nodes.find(({ place }) => place.name === name)!;
    const places = this.#nodes.map(({ place }) => place);
    const place = await nextPlace(old.place, places, this.#parts.command.config.host);
    const drain = () => this.#end(old.supervised, { killMs: this.#drainMsMax });
    const samePort = place.port === old.place.port;
    const endedEarly = samePort ? await drain() : undefined;
    const fresh = this.#newNode(place);
    if (!samePort) {
      await fresh.supervised.start();
      this.#put(fresh);
      return drain();
    }
    this.#put(fresh);
    await fresh.supervised.start();
    return endedEarly ?? true;
  }

  async startBots(): Promise<void> {
    const { botsEntry, command } = this.#parts;
    const spawn = () =>
      spawnBots(botsEntry, this.urls, { players: command.bots, games: command.config.games });
    await this.#supervise("bots", { name: "bots", spawn, readyWhen: "spawned" }).start();
  }

  /** @returns the last lines that the bots wrote: their report */
  async stopBots(): Promise<readonly string[]> {
    const bots = this.#find("bots");
    if (bots === undefined) return [];
    await this.#end(bots, { killMs: stopMsMax });
    return bots.lastLines;
  }

  /** Stops everything in order; each step is bounded. Afterwards only what --data keeps is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const part of stopOrder) {
      const those = [...this.#all].filter(([, its]) => its === part).map(([supervised]) => supervised);
      // All nodes stop, so there is no target for a drain: a second signal ends a node's attempts.
      const how = part === "room" ? { hurryMs: parkMsMax } : {};
      await Promise.all(those.map((supervised) => this.#end(supervised, { ...how, killMs: stopMsMax })));
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Kills everything at once, for the second Ctrl-C and for an unexpected end. */
  killAll(): void {
    this.#stopping = true;
    for (const supervised of this.#all.keys()) supervised.end();
  }

  /** The host on which nodes listen. */
  get #nodeHost(): string {
    return this.#hasBalancer ? "127.0.0.1" : this.#parts.command.config.host;
  }

  get #drainMsMax(): number {
    return this.#parts.command.config.drainSecondsMax * 1000 + drainMoreMs;
  }

  #find(part: Part): SupervisedProcess | undefined {
    return [...this.#all].find(([, its]) => its === part)?.[0];
  }

  #put(fresh: RunningNode): void {
    this.#nodes = this.#nodes.map((node) => (node.place.name === fresh.place.name ? fresh : node));
  }

  #supervise(part: Part, options: Omit<SupervisedOptions, "listener" | "nowMs">): SupervisedProcess {
    if (this.#stopping) throw new Error("the fleet is stopping");
    const { listener, nowMs } = this.#parts;
    const supervised = new SupervisedProcess({ ...options, listener, nowMs });
    this.#all.set(supervised, part);
    return supervised;
  }

  async #end(supervised: SupervisedProcess, how: Parameters<SupervisedProcess["stop"]>[0]): Promise<boolean> {
    const byItself = await supervised.stop(how);
    this.#all.delete(supervised);
    return byItself;
  }

  async #findBalancer(): Promise<string | undefined> {
    const { command, findTool, say } = this.#parts;
    if (!command.balancer) return undefined;
    const found = await findTool("nginx");
    if (!found.ok) say(`no load balancer, clients reach the nodes directly: ${found.hint}`);
    return found.ok ? found.path : undefined;
  }

  async #startRedis(port: number): Promise<string> {
    const { command, findTool } = this.#parts;
    const { config, keepsData } = command;
    const found = await findTool("redis-server");
    if (!found.ok) throw new Error(found.hint);
    const directory = resolve(keepsData ? config.dataDir : this.#directory, "redis");
    mkdirSync(directory, { recursive: true });
    const args = redisArguments({ port, directory, durability: config.durability });
    const spawn = () => spawnOutside(found.path, args);
    await this.#supervise("redis", { name: "redis", spawn, readyWhen: redisReady, group: true }).start();
    return `redis://127.0.0.1:${port}`;
  }

  async #startBalancer(path: string, plan: FleetPlan): Promise<void> {
    const directory = join(this.#directory, "nginx");
    mkdirSync(directory, { mode: 0o711 });
    const { host } = this.#parts.command.config;
    const matchmakers = matchmakerAddresses(plan);
    const config = balancerConfig({ host, port: plan.port, matchmakers, directory });
    writeFileSync(join(directory, "nginx.conf"), config);
    const spawn = () => spawnOutside(path, balancerArguments(directory));
    await this.#supervise("balancer", {
      name: "nginx",
      spawn,
      readyWhen: balancerReady,
      group: true,
    }).start();
  }

  #newNode(place: FleetSlot): RunningNode {
    const { command } = this.#parts;
    const { host, leaseMs } = command.config;
    const args = nodeArguments(place, {
      nodeFlags: withoutSecrets(this.#nodeFlags),
      host: this.#nodeHost,
      publicHost: this.#hasBalancer ? undefined : typedHost(host),
    });
    // A restart keeps the version that the node was started with.
    const entry = this.#serverEntry;
    const secrets = {
      ...secretsOf(this.#nodeFlags),
      REDIS_URL: command.roomRedisUrls[roomNumber(place) - 1] ?? this.#redisUrl,
    };
    const spawn = () => spawnNode(entry, args, secrets);
    // After its lease, other nodes have its matches, but a stalled node still holds the players' sockets, and only its
    // end closes them: players with nothing but the SDK wait for that.
    const silentMsMax = leaseMs + command.patience * 1000;
    const supervised = this.#supervise(place.role, {
      ...{ name: place.name, spawn, readyWhen: "message" },
      ...(place.role === "room" && { limits: roomRestartLimits, silentMsMax }),
    });
    return { place, supervised };
  }
}

/** Number of a room node, from 1; 0 for other nodes. */
const roomNumber = ({ role, name }: FleetSlot) => (role === "room" ? Number(name.split("-")[1]) : 0);
