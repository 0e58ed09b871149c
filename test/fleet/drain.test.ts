/** A node is emptied while others die, are full, do not answer or cannot open what they are offered. */
import { expect, test } from "vitest";
import { fleetLimits } from "../../server/fleet/fleet-node.ts";
import { migrationTarget } from "../../server/fleet/migration.ts";
import { entry, hosted, idle, registered } from "./node-entries.ts";
import type { SimulatedNode } from "./simulated-fleet.ts";
import { SimulatedFleet } from "./simulated-fleet.ts";

const { takeMsMax, drainMsMax, aloneMsMax } = fleetLimits.drain;

async function fleetWithMatches(names: string[], count: number): Promise<SimulatedFleet> {
  const fleet = new SimulatedFleet();
  await fleet.start(...names);
  await fleet.settle();
  for (let index = 0; index < count; index++) await fleet.open(names[0]!, `m${index}`);
  await fleet.pass(200);
  return fleet;
}

/** The report, when the drain has ended within `ms`. */
async function drainedWithin(fleet: SimulatedFleet, { fleet: node }: SimulatedNode, ms: number) {
  const report = node.drain();
  await fleet.pass(ms);
  const late = Symbol("late");
  const first = await Promise.race([report, Promise.resolve(late)]);
  if (first === late) throw new Error(`not drained within ${ms} ms`);
  return report;
}

test("[P5.8] every match moves to another node, under the next epoch, spread over them", async () => {
  const fleet = await fleetWithMatches(["a", "b", "c"], 20);
  const { moved, left } = await drainedWithin(fleet, fleet.node("a"), 3000);
  expect(left).toEqual([]);
  expect(moved).toHaveLength(20);
  expect(fleet.node("a").matches.size).toBe(0);
  for (const name of ["b", "c"]) {
    expect(fleet.node(name).matches.size).toBeGreaterThan(4);
    for (const { epoch } of fleet.node(name).matches.values()) expect(epoch).toBe(2);
  }
});

test("moves are counted where they begin, with how long each match stood still, and what came to nothing", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 4);
  fleet.node("b").cannotOpen.set("m0", "left");
  const { moved } = await drainedWithin(fleet, fleet.node("a"), drainMsMax + 1000);
  expect(moved).toHaveLength(3);
  const counted = await fleet.node("a").counted();
  expect(counted).toMatchObject({ 'moves_total{result="moved"}': 3, move_seconds_count: 3 });
  expect(counted['moves_total{result="failed"}']).toBeGreaterThan(0);
  const stillSeconds = moved.reduce((sum, { stillMs }) => sum + stillMs / 1000, 0);
  expect(counted["move_seconds_sum"]).toBeCloseTo(stillSeconds);
  expect(await fleet.node("b").counted()).toEqual({});
});

test("a second call waits for the same drain", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 4);
  const first = fleet.node("a").fleet.drain();
  expect(fleet.node("a").fleet.drain()).toBe(first);
  await fleet.pass(3000);
  expect((await first).moved).toHaveLength(4);
  expect(fleet.claims).toHaveLength(4);
});

test("the others see that it drains, and give it nothing", async () => {
  const fleet = await fleetWithMatches(["a", "b", "c"], 0);
  await drainedWithin(fleet, fleet.node("a"), 500);
  await fleet.open("b", "m9");
  await fleet.pass(200);
  fleet.node("b").kill();
  await fleet.pass(5000);
  expect(fleet.hostsOf("m9")).toEqual(["c"]);
  expect(fleet.claims.filter(({ node }) => node === "a")).toEqual([]);
});

test("[P5.8] a target that dies during the drain costs time, no match", async () => {
  const fleet = await fleetWithMatches(["a", "b", "c"], 12);
  const report = fleet.node("a").fleet.drain();
  while (fleet.node("b").matches.size < 1) await fleet.pass(1);
  fleet.node("b").kill();
  await fleet.pass(drainMsMax);
  await report;
  for (let index = 0; index < 12; index++) expect(fleet.hostsOf(`m${index}`)).toEqual(["c"]);
});

test("[P5.8] a target that stands still is passed over after its time", async () => {
  const fleet = await fleetWithMatches(["a", "b", "c"], 6);
  fleet.node("b").standStill();
  const { moved } = await drainedWithin(fleet, fleet.node("a"), 4 * takeMsMax);
  expect(moved.filter(({ to }) => to === "c")).toHaveLength(6);
});

test("what no node can open stays, and does not keep the others waiting", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 6);
  for (const id of ["m0", "m1"]) fleet.node("b").cannotOpen.set(id, "hangs");
  const { moved, left } = await drainedWithin(fleet, fleet.node("a"), drainMsMax + takeMsMax + 100);
  expect(moved.map(({ id }) => id).sort()).toEqual(["m2", "m3", "m4", "m5"]);
  expect(left).toEqual(["m0", "m1"]);
  // The first four moved long before the others were given up.
  const last = fleet.claims.filter(({ id }) => id === "m5").at(-1)!;
  expect(last.atMs).toBeLessThan(fleet.claims[0]!.atMs + 2 * takeMsMax);
});

test("[P6] with nobody to go to, it does not wait to the end", async () => {
  const fleet = await fleetWithMatches(["a"], 2);
  const { left } = await drainedWithin(fleet, fleet.node("a"), 2 * aloneMsMax);
  expect(left).toEqual(["m0", "m1"]);
});

test("[P6] full nodes are not asked, but waited for", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 2);
  fleet.node("b").load = { ...fleet.node("b").load, full: true };
  await fleet.pass(1000);
  const report = fleet.node("a").fleet.drain();
  await fleet.pass(5000);
  expect(fleet.claims).toEqual([]);
  fleet.node("b").load = { ...fleet.node("b").load, full: false };
  await fleet.pass(2000);
  expect((await report).moved).toHaveLength(2);
});

test("[P3] a node that is declared lost while it drains gives nothing away any more", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 8);
  const report = fleet.node("a").fleet.drain();
  await fleet.pass(30);
  fleet.registered.declareLost("a");
  await fleet.pass(5000);
  expect(fleet.node("a").lost).toMatch(/declared lost/);
  await report;
  for (let index = 0; index < 8; index++) expect(fleet.hostsOf(`m${index}`)).toEqual(["b"]);
});

test("[P5] a match that is on its way here when the drain begins is moved too", async () => {
  const fleet = await fleetWithMatches(["a", "b", "c"], 8);
  fleet.node("a").kill();
  while (!fleet.claims.some(({ node }) => node === "b")) await fleet.pass(1);
  expect(fleet.node("b").matches.size).toBe(0);
  await drainedWithin(fleet, fleet.node("b"), 5000);
  expect(fleet.node("b").matches.size).toBe(0);
  for (let index = 0; index < 8; index++) expect(fleet.hostsOf(`m${index}`)).toEqual(["c"]);
});

test("a second signal: once it is stopped, no further move begins", async () => {
  const fleet = await fleetWithMatches(["a", "b"], 12);
  void fleet.node("a").fleet.drain();
  await fleet.pass(60);
  void fleet.node("a").fleet.stop();
  // The two that are under way arrive.
  await fleet.pass(20);
  const left = fleet.node("a").matches.size;
  expect(left).toBeGreaterThan(0);
  await fleet.pass(1000);
  expect(fleet.node("a").matches.size).toBe(left);
});

test("the target is a node that did not refuse; when all did, the one that refused longest ago", () => {
  const full = registered("full", { entry: entry("full", { load: { ...idle, full: true } }) });
  const nodes = [registered("self"), registered("x"), registered("y"), full];
  const target = (refusedBy: string[]) =>
    migrationTarget(hosted("m"), { nodes, self: "self", refusedBy })?.entry.node;
  expect(["x", "y"]).toContain(target([]));
  expect(target(["x"])).toBe("y");
  expect(target(["y"])).toBe("x");
  expect(target(["x", "y"])).toBe("x");
  expect(target(["x", "y", "x"])).toBe("y");
  expect(
    migrationTarget(hosted("m"), { nodes: [registered("self"), full], self: "self", refusedBy: [] }),
  ).toBeUndefined();
});

test("[P5.13] a match is not offered to a node that cannot read what its own node writes", () => {
  const reading = (node: string, snapshot: number) =>
    registered(node, { entry: entry(node, { formats: { snapshot } }) });
  const target = (...others: ReturnType<typeof registered>[]) =>
    migrationTarget(hosted("m"), { nodes: [reading("self", 2), ...others], self: "self", refusedBy: [] });
  expect(target(registered("before"), reading("older", 1))).toBeUndefined();
  expect(target(registered("before"), reading("newer", 3))?.entry.node).toBe("newer");
});
