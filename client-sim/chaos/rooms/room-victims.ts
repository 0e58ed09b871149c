/**
 * What is killed while players are in rooms: one server, which is started again on its data directory, or nodes
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

/** A node that starts again on a machine that does much else takes its time. */
const nodesMsMax = 120_000;

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
  /**
   * Kills a process that has rooms.
   * @param onKill called before anybody can notice, with its rooms; undefined: all @throws when nothing is there to be killed
   */
  kill(random: RandomState, onKill: (rooms: ReadonlySet<string> | undefined) => void): Promise<void>;
  /** Resolves when players can come back; with `whole` when another kill leaves somebody for them to come back to. */
  back(whole: boolean): Promise<void>;
  /** In order. */
  stop(): Promise<void>;
  /** Where the journals are, as flags of the replay tool. */
  readonly store: readonly string[];
  /** After the journals were read. */
  dispose(keep: boolean): Promise<void>;
}

const levels = ["--log-level", "warn"];

/** Without a supervisor, which gives a server up that dies right after its start. @throws Error when it does not start */
export async function oneServer(options: VictimOptions): Promise<Victims> {
  const { directory, module, sabotageGate, storeDelayMs } = options;
  const args = [
    ...["--rooms", module, ...levels, ...(sabotageGate ? ["--sabotage-gate"] : [])],
    ...(storeDelayMs > 0 ? ["--sabotage-store-delay-ms", String(storeDelayMs)] : []),
  ];
  const start = (port: number) => startServer({ dataDir: directory, supervised: false, port, args });
  let server = await start(0);
  const { url } = server;
  return {
    url,
    kill: async (_, onKill) => {
      if (!server.kill()) throw new Error("The server died by itself, without being killed.");
      onKill(undefined);
      await server.ended;
    },
    back: async () => {
      if (server.pid === undefined) server = await start(Number(new URL(url).port));
    },
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
    kill: async (random, onKill) => {
      await until(async () => (await ready()).length > 0, { msMax: nodesMsMax, signal });
      const nodes = await ready();
      const matches = await fetchMatches({ url: fleet.url });
      const ofNode = (name: string) => matches.filter(({ node }) => node.startsWith(`${name}.`));
      const owners = nodes.filter(({ name }) => ofNode(name).length > 0);
      const those = owners.length > 0 ? owners : nodes;
      if (those.length === 0) throw new Error("no room node is there to be killed");
      const { name, pid } = those[nextBelow(random, those.length)]!;
      killed.add(pid!);
      process.kill(pid!, "SIGKILL");
      onKill(new Set(ofNode(name).map(({ id }) => id)));
    },
    back: async (whole) => {
      // Two: one dies, and one is there to take the rooms over.
      const enough = whole ? Math.min(2, rooms) : 1;
      await until(async () => (await ready()).length >= enough, { msMax: nodesMsMax, signal });
    },
    stop: async () => void (await fleet.stop()),
    store: ["--redis-url", redis.url],
    dispose: (keep) => redis.stop(keep ? "SIGTERM" : "SIGKILL"),
  };
}
