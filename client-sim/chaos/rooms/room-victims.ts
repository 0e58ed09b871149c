/**
 * What is killed while players are in rooms: one server with its data directory, which its supervisor starts again, or nodes
 * of a fleet on a Redis of its own. Both are started and stopped here; when, and what it means, the run decides.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fetchMatches } from "../../../shared/client/api.ts";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import { FleetProcess } from "../../processes/fleet-process.ts";
import { RedisProcess } from "../../processes/redis-process.ts";
import { startServer } from "../../processes/server-process.ts";
import { until } from "../until.ts";

const backMsMax = 30_000;
const nodesMsMax = 30_000;

export interface VictimOptions {
  /** The caller made it and removes it. */
  readonly directory: string;
  /** Path of the module with the rooms. */
  readonly module: string;
  readonly sabotageGate: boolean;
  readonly storeDelayMs: number;
  readonly signal: AbortSignal;
}

export interface Victims {
  readonly url: string;
  /** Kills a process that has rooms. @returns which rooms; undefined: all. @throws when nothing is there to be killed */
  kill(random: RandomState): Promise<ReadonlySet<string> | undefined>;
  /** Resolves when players can come back; with `whole` when every process is there again. */
  back(whole: boolean): Promise<void>;
  /** In order. */
  stop(): Promise<void>;
  /** Where the journals are, as flags of the replay tool. */
  readonly store: readonly string[];
  /** After the journals were read. */
  dispose(keep: boolean): Promise<void>;
}

const levels = ["--log-level", "warn"];

/** @throws Error when it does not start */
export async function oneServer(options: VictimOptions): Promise<Victims> {
  const { directory, module, sabotageGate, storeDelayMs } = options;
  const server = await startServer({
    ...{ dataDir: directory, supervised: true },
    args: [
      ...["--rooms", module, ...levels, ...(sabotageGate ? ["--sabotage-gate"] : [])],
      ...(storeDelayMs > 0 ? ["--sabotage-store-delay-ms", String(storeDelayMs)] : []),
    ],
  });
  return {
    url: server.url,
    kill: async () => {
      if (!server.kill()) throw new Error("The server died by itself, without being killed.");
      return undefined;
    },
    back: () => server.ready(backMsMax),
    stop: () => server.stop(),
    store: ["--data", directory],
    dispose: async () => {},
  };
}

/** @throws Error when it does not start; then nothing is left running */
export async function fleetOf(rooms: number, options: VictimOptions): Promise<Victims> {
  const { directory, module, sabotageGate, signal } = options;
  const its = join(directory, "redis");
  await mkdir(its);
  const redis = await RedisProcess.start(its);
  const fleet = await FleetProcess.start({
    ...{ rooms, matchmakers: 1, dataDir: join(directory, "fleet") },
    args: [
      ...["--redis-url", redis.url, "--lease-ms", "1000", ...levels, "--no-bots"],
      ...(sabotageGate ? ["--sabotage-gate"] : []),
    ],
    env: { HOLDFAST_ROOMS: module },
  }).catch(async (error) => {
    await redis.stop();
    throw error;
  });
  // The fleet may not have noticed yet.
  const killed = new Set<number>();
  const ready = async () => {
    const { nodes } = await fleet.view();
    return nodes.filter(
      ({ role, state, pid }) => role === "room" && state === "ready" && pid !== undefined && !killed.has(pid),
    );
  };
  return {
    url: fleet.url,
    kill: async (random) => {
      const nodes = await ready();
      const matches = await fetchMatches({ url: fleet.url });
      const ofNode = (name: string) => matches.filter(({ node }) => node.startsWith(`${name}.`));
      const owners = nodes.filter(({ name }) => ofNode(name).length > 0);
      const those = owners.length > 0 ? owners : nodes;
      if (those.length === 0) throw new Error("no room node is there to be killed");
      const { name, pid } = those[nextBelow(random, those.length)]!;
      killed.add(pid!);
      process.kill(pid!, "SIGKILL");
      return new Set(ofNode(name).map(({ id }) => id));
    },
    back: async (whole) => {
      if (whole) await until(async () => (await ready()).length === rooms, { msMax: nodesMsMax, signal });
      // Another node has the rooms as soon as it notices.
      else await until(async () => (await ready()).length > 0, { msMax: nodesMsMax, signal });
    },
    stop: async () => void (await fleet.stop()),
    store: ["--redis-url", redis.url],
    dispose: (keep) => redis.stop(keep ? "SIGTERM" : "SIGKILL"),
  };
}
