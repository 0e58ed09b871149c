/**
 * Everything that a run of fleet chaos has in its hands: a fleet behind a real load balancer, its Redis, a proxy
 * from each room node to it, and the players. Set up and taken down here; what is done with it is elsewhere.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { RandomState } from "../../../shared/game/deterministic/random.ts";
import { FleetProcess } from "../../processes/fleet-process.ts";
import { RedisProcess } from "../../processes/redis-process.ts";
import type { Router } from "../nemesis/router.ts";
import { TcpProxy } from "../nemesis/tcp-proxy.ts";
import { type ChaosPlayer, chaosPlayers } from "./players.ts";

/** Short, so that three of them are over before the fleet takes a node that stands still for hung (10 s). */
export const leaseMs = 1000;

export interface FleetSetup {
  readonly fleet: FleetProcess;
  readonly redis: RedisProcess;
  /** By the name of the room node's place. */
  readonly proxies: ReadonlyMap<string, TcpProxy>;
  /** On the way from the proxies to Redis, when packets are to be lost there: each room has its address. */
  readonly router: Router | undefined;
  readonly players: readonly ChaosPlayer[];
  readonly random: RandomState;
  readonly signal: AbortSignal;
}

export interface FleetSetupOptions {
  /** Whoever made it removes it. */
  readonly directory: string;
  readonly players: number;
  readonly rooms: number;
  readonly matchmakers: number;
  readonly seed: number;
  readonly sabotageGate: boolean;
  readonly storeDelayMs: number;
  readonly signal: AbortSignal;
}

/** Redis goes on when the rest is taken down: the journals are in it. @param router it is behind this one */
export async function startRedis(directory: string, router: Router | undefined): Promise<RedisProcess> {
  const its = join(directory, "redis");
  await mkdir(its);
  return router === undefined
    ? RedisProcess.start(its)
    : RedisProcess.start(its, { host: router.farAddress, within: router.farCommand });
}

/** Where the proxy of the room of this number starts, from 1. */
export function nearAddress(router: Router | undefined, room: number): string | undefined {
  return router?.near[room];
}

/** @throws Error when the fleet does not start; nothing of it is left then */
export async function setUp(
  options: FleetSetupOptions,
  redis: RedisProcess,
  router: Router | undefined,
): Promise<FleetSetup> {
  const { directory, rooms, matchmakers, seed, signal } = options;
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
        ...["--lease-ms", String(leaseMs), "--log-level", "warn", "--no-bots"],
        // One that stood still is to wake up: what it does then is what is looked at.
        ...["--patience", "30"],
        ...(options.sabotageGate ? ["--sabotage-gate"] : []),
      ],
    });
    // What a welcome says of the epoch is in the visits; who owns what is asked of the fleet.
    const epochs = { saw: () => {} };
    const players = chaosPlayers({ url: fleet.url, players: options.players, seed, epochs });
    return { fleet, redis, proxies, router, players, random: { random: seed }, signal };
  } catch (error) {
    for (const proxy of proxies.values()) proxy.close();
    throw error;
  }
}

export async function takeDown({ fleet, proxies }: FleetSetup): Promise<void> {
  await fleet.stop();
  for (const proxy of proxies.values()) proxy.close();
}
