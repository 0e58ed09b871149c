/**
 * Everything that a run of fleet chaos uses: a fleet behind a real load balancer, its Redis, a proxy from each room
 * node to Redis, and the players. They are set up and taken down here; the run uses them.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import { FleetProcess } from "../../processes/fleet-process.ts";
import { RedisProcess } from "../../processes/redis-process.ts";
import type { FaultKind } from "../nemesis/fault.ts";
import type { Router } from "../nemesis/router.ts";
import { TcpProxy } from "../nemesis/tcp-proxy.ts";
import { type ChaosPlayer, chaosPlayers } from "./players.ts";

/** Short, so that three leases are over before the fleet kills a stalled node (10 s). */
export const leaseMs = 1000;

export interface FleetSetup {
  readonly fleet: FleetProcess;
  readonly redis: RedisProcess;
  /** The proxies by the name of the room node's place. */
  readonly proxies: ReadonlyMap<string, TcpProxy>;
  /** A router between the proxies and Redis, present when packets are to be dropped; each room has an address there. */
  readonly router: Router | undefined;
  readonly game: AnyGame;
  readonly players: readonly ChaosPlayer[];
  readonly random: RandomState;
  readonly signal: AbortSignal;
}

export interface FleetSetupOptions {
  /** The caller created it and removes it. */
  readonly directory: string;
  readonly game: AnyGame;
  /** The options of its matches. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The module that has it, or "built-in"; for the nodes and the replay. */
  readonly games: string;
  readonly players: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly seed: number;
  readonly sabotageGate: boolean;
  readonly storeDelayMs: number;
  readonly signal: AbortSignal;
}

/** Redis stays when the rest is taken down, because it has the journals. @param router Redis is behind it */
export async function startRedis(
  directory: string,
  router: Router | undefined,
  faults: readonly FaultKind[],
): Promise<RedisProcess> {
  const its = join(directory, "redis");
  await mkdir(its);
  const killed = faults.includes("redis-restart");
  return RedisProcess.start(its, {
    ...(router !== undefined && { host: router.farAddress, within: router.farCommand }),
    ...(killed && { appendfsync: "always" }),
  });
}

/** Source address for the proxy of the room with this number, counted from 1. */
export function nearAddress(router: Router | undefined, room: number): string | undefined {
  return router?.near[room];
}

/** @throws Error when the fleet does not start; then nothing is left running */
export async function setUp(
  options: FleetSetupOptions,
  redis: RedisProcess,
  router: Router | undefined,
): Promise<FleetSetup> {
  const { directory, game, rooms, matchmakers, seed, signal } = options;
  const proxies = new Map<string, TcpProxy>();
  try {
    for (let at = 1; at <= rooms; at++) {
      const from = nearAddress(router, at);
      const to = { redisHost: redis.host, redisPort: redis.port };
      const proxy = await TcpProxy.lay({ ...to, from, delayMs: options.storeDelayMs });
      proxies.set(`room-${at}`, proxy);
    }
    const fleet = await FleetProcess.start({
      ...{ rooms, matchmakers, dataDir: join(directory, "fleet") },
      args: [
        ...[
          "--redis-url",
          redis.url,
          "--room-redis-urls",
          [...proxies.values()].map(({ url }) => url).join(),
        ],
        ...["--lease-ms", String(leaseMs), "--log-level", "warn", "--no-bots", "--games", options.games],
        // A stalled node must not be killed but wake up: what it does then is checked.
        ...["--patience", "30"],
        ...(options.sabotageGate ? ["--sabotage-gate"] : []),
      ],
    });
    // The visits have the epochs of the welcomes; the fleet is asked who owns what.
    const epochs = { saw: () => {} };
    const players = chaosPlayers({
      url: fleet.url,
      game,
      options: options.options,
      players: options.players,
      seed,
      epochs,
    });
    return { fleet, redis, proxies, router, game, players, random: { random: seed }, signal };
  } catch (error) {
    for (const proxy of proxies.values()) proxy.close();
    throw error;
  }
}

export async function takeDown({ fleet, proxies }: FleetSetup): Promise<void> {
  await fleet.stop();
  for (const proxy of proxies.values()) proxy.close();
}
