/** What a registry in Redis shows of processes that die or stand still, and of a Redis that restarts or is full. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FleetNode, fleetLimits } from "../../server/fleet/fleet-node.ts";
import type { NodeRegistry, RegisteredNode } from "../../server/fleet/node-registry.ts";
import type { Matches } from "../../server/fleet/ports.ts";
import { openRedisNodeRegistry } from "../../server/fleet/redis-node-registry.ts";
import { until } from "../contracts/node-registry.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { entry } from "./node-entries.ts";

const prefix = "test:";
const minuteMs = 60_000;

describe.skipIf(noRedis)("on a real redis-server", () => {
  let server: RedisServer;
  const opened: NodeRegistry[] = [];
  const fleets: FleetNode[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    server = await RedisServer.start({ appendonly: "yes" });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await Promise.all(fleets.splice(0).map((fleet) => fleet.stop()));
    await Promise.all(opened.splice(0).map((registry) => registry.close()));
    await server.dispose();
  });

  async function open(node: string): Promise<NodeRegistry> {
    const registry = await openRedisNodeRegistry({ url: server.url, prefix, answerMsMax: 2000, node });
    opened.push(registry);
    return registry;
  }

  /** Resolves when it is in the registry. */
  async function spawnNode(node: string, leaseMs: number): Promise<ChildProcess> {
    const args = ["test/fleet/node-registry-child.ts", server.url, prefix, node, String(leaseMs)];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout!, "data");
    return child;
  }

  const seen = async (registry: NodeRegistry, node: string): Promise<RegisteredNode | undefined> =>
    (await registry.read()).find((registered) => registered.entry.node === node);

  test("a killed process is shown without its connection long before its lease runs out", async () => {
    const here = await open("here");
    const child = await spawnNode("child", minuteMs);
    expect(await seen(here, "child")).toMatchObject({ connected: true, entry: { pid: child.pid } });
    child.kill("SIGKILL");
    await until(async () => (await seen(here, "child"))!.connected === false);
    expect((await seen(here, "child"))!.leaseLeftMs).toBeGreaterThan(0);
  });

  test("a process that stands still keeps its connection, and its lease runs out by Redis' clock", async () => {
    const here = await open("here");
    const child = await spawnNode("child", 1000);
    child.kill("SIGSTOP");
    await until(async () => (await seen(here, "child"))!.leaseLeftMs <= 0);
    expect((await seen(here, "child"))!.connected).toBe(true);
    child.kill("SIGCONT");
    await until(async () => (await seen(here, "child"))!.leaseLeftMs > 0);
  });

  test("[P7] while Redis is away it says so; afterwards the registry is as it was, and the break shows once", async () => {
    const here = await open("here");
    await here.announce(entry("here"), minuteMs);
    expect((await seen(here, "here"))!.connected).toBe(true);
    await server.stop("SIGTERM");
    await expect(here.read()).rejects.toMatchObject({ code: "store/unavailable" });
    await expect(here.announce(entry("here"), minuteMs)).rejects.toMatchObject({ code: "store/unavailable" });
    const gap = new Promise<void>((resolve) => here.onChanged(resolve));
    await server.start();
    await gap;
    let first: RegisteredNode | undefined;
    await until(async () => {
      first = await seen(here, "here").catch(() => undefined);
      return first !== undefined;
    });
    expect(first!.connected).toBe(false);
    expect(await seen(here, "here")).toMatchObject({ connected: true, entry: entry("here") });
  });

  test("[P5] leases are renewed in a Redis that has no memory left", async () => {
    const here = await open("here");
    await here.announce(entry("here"), 1);
    await server.command("CONFIG", "SET", "maxmemory", "1");
    await expect(server.command("SET", "any", "thing")).rejects.toThrow(/OOM/);
    expect(await here.announce(entry("here"), minuteMs)).toEqual({ ok: true });
    expect((await seen(here, "here"))!.leaseLeftMs).toBeGreaterThan(1);
    expect(await here.declareLost("here", "a test")).toBe(true);
  });

  test("[P5] Redis is away for longer than the leases: of three nodes none is lost", async () => {
    const leaseMs = 1600;
    const lost: string[] = [];
    for (const node of ["a", "b", "c"]) {
      const fleet = fleetNode(node, await open(node), leaseMs, (why) => lost.push(`${node}: ${why}`));
      fleets.push(fleet);
      await fleet.start();
    }
    const allLive = async () =>
      fleets.every((fleet) => {
        const live = fleet.nodes().filter(({ connected, leaseLeftMs }) => connected && leaseLeftMs > 0);
        return live.length === 3;
      });
    await until(allLive);
    await server.stop("SIGTERM");
    const awayUntilMs = performance.now() + 2 * leaseMs;
    await until(async () => performance.now() > awayUntilMs);
    await server.start();
    const back = await server.command("ZRANGE", `${prefix}{fleet}:leases`, "0", "-1", "WITHSCORES");
    expect(back).toHaveLength(6);
    await until(async () => (await allLive()) && fleets.every((fleet) => fleet.settled));
    expect(lost).toEqual([]);
  });
});

function fleetNode(
  node: string,
  registry: NodeRegistry,
  leaseMs: number,
  onLost: (why: string) => void,
): FleetNode {
  const nothing: Matches = {
    ...{
      hosted: () => [],
      hosts: () => false,
      resume: () => {},
      movedAway: () => {},
      lostOwnership: () => {},
    },
    freeze: async () => undefined,
    takeOver: async () => ({ kind: "left", reason: "a test" }),
  };
  return new FleetNode({
    ...{ node, registry, onLost, matches: nothing, log: () => {} },
    catalogue: { running: async () => [] },
    peers: { offer: async () => ({ ok: false, reason: "a test" }) },
    entry: () => entry(node),
    clock: { nowMs: () => performance.now(), later: (ms, task) => void setTimeout(task, ms) },
    limits: { ...fleetLimits, leaseMs, announceEveryMs: 100 },
  });
}
