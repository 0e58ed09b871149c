/** Nodes of a fleet on one registry: what each failure does to nodes and matches, and what it must not do. */
import { describe, expect, test } from "vitest";
import { fleetLimits } from "../../server/fleet/fleet-node.ts";
import { SimulatedFleet } from "./simulated-fleet.ts";

const { leaseMs, lookEveryMs, goneMsMin, rankStepMs, retryMs, orphans, restoresAtOnce, settleMs } =
  fleetLimits;
/** From a death that the kernel tells to the claims: seen, seen again, the catalogue read. */
const seenDeadMs = 2 * lookEveryMs + goneMsMin + 100;

async function fleetOf(...names: string[]): Promise<SimulatedFleet> {
  const fleet = new SimulatedFleet();
  await fleet.start(...names);
  await fleet.settle();
  return fleet;
}

async function openMany(fleet: SimulatedFleet, name: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${name}-m${index}`);
  for (const [index, id] of ids.entries()) await fleet.open(name, id, index);
  await fleet.pass(200);
  return ids;
}

const lostIn = (fleet: SimulatedFleet) => [...fleet.nodes.values()].filter(({ lost }) => lost !== undefined);

describe("death", () => {
  test("[P5.7] a killed node's matches go on at the other, soon, under the next epoch", async () => {
    const fleet = await fleetOf("a", "b");
    const ids = await openMany(fleet, "a", 3);
    fleet.node("a").kill();
    await fleet.pass(seenDeadMs + 50);
    for (const id of ids) {
      expect(fleet.hostsOf(id)).toEqual(["b"]);
      expect(fleet.node("b").matches.get(id)!.epoch).toBe(2);
    }
    expect(
      fleet
        .node("b")
        .fleet.nodes()
        .map(({ entry }) => entry.node),
    ).toEqual(["b"]);
  });

  test("a death and what it led to are counted: one node declares it, each match by who has it now", async () => {
    const fleet = await fleetOf("a", "b", "c");
    await openMany(fleet, "a", 6);
    fleet.node("a").kill();
    await fleet.pass(seenDeadMs + 3 * rankStepMs);
    const [b, c] = [await fleet.node("b").counted(), await fleet.node("c").counted()];
    const sum = (name: string) => (b[name] ?? 0) + (c[name] ?? 0);
    expect([sum("nodes_lost_total"), sum("takeover_seconds_count")]).toEqual([1, 6]);
    expect(fleet.node("b").matches.size).toBe(b["takeover_seconds_count"] ?? 0);
    expect(sum("takeover_seconds_sum")).toBeGreaterThan(6 * 0.03);
    expect(sum("takeover_seconds_sum")).toBeLessThan(6 * 5);
    expect(await fleet.node("a").counted()).toEqual({});
  });

  test("[P5.7] all matches come back when two of five nodes die at once, spread over the three", async () => {
    const fleet = await fleetOf("a", "b", "c", "d", "e");
    const ids = [...(await openMany(fleet, "a", 20)), ...(await openMany(fleet, "b", 20))];
    fleet.node("a").kill();
    fleet.node("b").kill();
    await fleet.pass(seenDeadMs + 20 * rankStepMs);
    expect(ids.map((id) => fleet.hostsOf(id).length)).toEqual(ids.map(() => 1));
    for (const name of ["c", "d", "e"]) expect(fleet.node(name).matches.size).toBeGreaterThan(5);
  });

  test("[P5] all matches come back when the node that restores them dies too", async () => {
    const fleet = await fleetOf("a", "b", "c");
    const ids = await openMany(fleet, "a", 20);
    fleet.node("a").kill();
    while (fleet.claims.length < 5) await fleet.pass(1);
    fleet.node("b").kill();
    await fleet.pass(seenDeadMs + 3 * rankStepMs);
    expect(ids.map((id) => fleet.hostsOf(id))).toEqual(ids.map(() => ["c"]));
  });

  test("[P6] restores are bounded, and the matches with most players come first", async () => {
    const fleet = await fleetOf("a", "b");
    await openMany(fleet, "a", 12);
    fleet.node("a").kill();
    while (fleet.claims.length === 0) await fleet.pass(1);
    await fleet.pass(10);
    expect(restoresAtOnce).toBe(2);
    expect(fleet.claims.map(({ id }) => id)).toEqual(["a-m11", "a-m10"]);
  });

  test("[P5] a killed node that is back at once under another name takes its share", async () => {
    const fleet = await fleetOf("a", "b");
    const ids = await openMany(fleet, "a", 4);
    fleet.node("a").kill();
    await fleet.start("a2");
    await fleet.pass(seenDeadMs + settleMs + 2 * rankStepMs);
    expect(ids.map((id) => fleet.hostsOf(id).length)).toEqual(ids.map(() => 1));
    expect(lostIn(fleet)).toEqual([]);
  });

  test("[P5] the only node dies and comes back as another: its lease runs out, then its matches go on", async () => {
    const fleet = await fleetOf("a");
    const ids = await openMany(fleet, "a", 4);
    fleet.node("a").kill();
    await fleet.start("a2");
    await fleet.pass(leaseMs + settleMs);
    expect(ids.map((id) => fleet.hostsOf(id))).toEqual(ids.map(() => ["a2"]));
  });
});

describe("stall", () => {
  test("[P3.5] a node that stood still for three leases ends its matches before it does anything else", async () => {
    const fleet = await fleetOf("a", "b");
    const ids = await openMany(fleet, "a", 3);
    const still = fleet.node("a");
    still.standStill();
    await fleet.pass(3 * leaseMs);
    expect(ids.map((id) => fleet.node("b").matches.has(id))).toEqual(ids.map(() => true));
    expect(still.fleet.stale()).toBe(true);
    still.goOn();
    expect(still.lost).toMatch(/stood still/);
    expect(still.matches.size).toBe(0);
    await fleet.pass(3 * leaseMs);
    expect(
      fleet
        .node("b")
        .fleet.nodes()
        .map(({ entry }) => entry.node),
    ).toEqual(["b"]);
    expect(still.fleet.stale()).toBe(true);
  });

  test("a pause that is shorter than the lease costs nothing", async () => {
    const fleet = await fleetOf("a", "b");
    const [id] = await openMany(fleet, "a", 1);
    fleet.node("a").standStill();
    await fleet.pass(0.8 * leaseMs);
    expect(fleet.node("a").fleet.stale()).toBe(false);
    fleet.node("a").goOn();
    await fleet.pass(leaseMs);
    expect(fleet.hostsOf(id!)).toEqual(["a"]);
    expect(fleet.claims).toEqual([]);
  });
});

describe("the registry is away", () => {
  test("[P3] who is cut off loses their matches to the others, and learns it when they are back", async () => {
    const fleet = await fleetOf("a", "b", "c");
    const ids = await openMany(fleet, "a", 3);
    const cut = fleet.node("a");
    cut.isCutOff = true;
    await fleet.pass(leaseMs + 3 * rankStepMs);
    expect(ids.map((id) => fleet.hostsOf(id).filter((name) => name !== "a").length)).toEqual([1, 1, 1]);
    expect(cut.lost).toBeUndefined();
    cut.isCutOff = false;
    await fleet.pass(500);
    expect(cut.lost).toMatch(/declared lost/);
    expect(ids.map((id) => fleet.hostsOf(id).length)).toEqual([1, 1, 1]);
  });

  test("[P5.12] it is away for everybody, longer than any lease: nobody is lost, no match moves", async () => {
    const fleet = await fleetOf("a", "b", "c");
    const ids = await openMany(fleet, "a", 3);
    fleet.registryAway = true;
    for (const name of ["a", "b", "c"]) fleet.registered.disconnect(name);
    await fleet.pass(3 * leaseMs);
    fleet.registryAway = false;
    // They come back one after the other.
    for (const name of ["b", "a", "c"]) {
      await fleet.pass(settleMs / 4);
      fleet.registered.connect(name);
    }
    await fleet.pass(3 * leaseMs);
    expect(lostIn(fleet)).toEqual([]);
    expect(fleet.claims).toEqual([]);
    expect(ids.map((id) => fleet.hostsOf(id))).toEqual(ids.map(() => ["a"]));
  });

  test("[P5] it is away for a moment, and the others are back later than this node: nobody is lost", async () => {
    const fleet = await fleetOf("a", "b");
    fleet.registryAway = true;
    for (const name of ["a", "b"]) fleet.registered.disconnect(name);
    await fleet.pass(leaseMs / 3);
    expect(fleet.node("a").fleet.settled).toBe(false);
    fleet.registryAway = false;
    fleet.registered.connect("a");
    await fleet.pass(settleMs / 2);
    fleet.registered.connect("b");
    await fleet.pass(settleMs);
    expect(lostIn(fleet)).toEqual([]);
    expect(fleet.node("a").fleet.settled).toBe(true);
  });

  test("[P5] who dies while it is away is found dead when it is back", async () => {
    const fleet = await fleetOf("a", "b");
    const [id] = await openMany(fleet, "a", 1);
    fleet.registryAway = true;
    for (const name of ["a", "b"]) fleet.registered.disconnect(name);
    await fleet.pass(leaseMs);
    fleet.node("a").kill();
    fleet.registryAway = false;
    fleet.registered.connect("b");
    await fleet.pass(settleMs + leaseMs);
    expect(fleet.hostsOf(id!)).toEqual(["b"]);
  });

  test("[P7] it is said once that it is away, and once that it is back", async () => {
    const fleet = await fleetOf("a");
    fleet.registryAway = true;
    await fleet.pass(leaseMs);
    fleet.registryAway = false;
    await fleet.pass(leaseMs);
    const said = fleet.log.map(({ message }) => message).filter((message) => message.includes("registry"));
    expect(said).toEqual(["the node registry does not answer", "the node registry answers again"]);
  });
});

describe("a match that cannot be opened", () => {
  test.each(["left", "throws"] as const)("[P5.7] where it is %s, another node takes it", async (trouble) => {
    const fleet = await fleetOf("a", "b", "c");
    const [id] = await openMany(fleet, "a", 1);
    fleet.node("b").cannotOpen.set(id!, trouble);
    fleet.node("a").kill();
    await fleet.pass(seenDeadMs + orphans.strandedGraceMs + fleetLimits.reconcileEveryMs + 3 * rankStepMs);
    expect(fleet.hostsOf(id!)).toEqual(["c"]);
  });

  test("[P6] where nobody can, it is tried now and then, and the log says it once per node and reason", async () => {
    const fleet = await fleetOf("a", "b");
    const [id] = await openMany(fleet, "a", 1);
    fleet.node("b").cannotOpen.set(id!, "left");
    fleet.node("a").kill();
    await fleet.pass(60_000);
    expect(fleet.claims.length).toBeGreaterThan(3);
    expect(fleet.claims.length).toBeLessThan(60_000 / retryMs + 2);
    expect(fleet.log.filter(({ message }) => message.includes("could not be opened"))).toHaveLength(1);
    fleet.node("b").cannotOpen.clear();
    await fleet.pass(2 * retryMs + 5000);
    expect(fleet.hostsOf(id!)).toEqual(["b"]);
  });

  test("[P5] one whose claim hangs does not keep the others from coming back", async () => {
    const fleet = await fleetOf("a", "b");
    const ids = await openMany(fleet, "a", 6);
    fleet.node("b").cannotOpen.set("a-m5", "hangs");
    fleet.node("a").kill();
    await fleet.pass(seenDeadMs + 500);
    expect(ids.filter((id) => fleet.hostsOf(id).length === 1)).toEqual(ids.filter((id) => id !== "a-m5"));
  });

  test("[P5] one that was created in the store and nowhere else comes to life at its node", async () => {
    const fleet = await fleetOf("a", "b");
    await fleet.open("a", "m1");
    fleet.node("a").matches.delete("m1");
    await fleet.pass(orphans.ownGraceMs + 2 * fleetLimits.reconcileEveryMs);
    expect(fleet.hostsOf("m1")).toEqual(["a"]);
  });
});

describe("stop", () => {
  test("who has left the registry does not put their entry back when their last match ends", async () => {
    const fleet = await fleetOf("a", "b");
    await openMany(fleet, "a", 1);
    void fleet.node("a").fleet.stop();
    await fleet.pass(50);
    fleet.node("a").fleet.changed();
    await fleet.pass(200);
    expect(fleet.registered.read().map(({ entry }) => entry.node)).toEqual(["b"]);
  });

  test("[P5] a match that is moved here is in the registry before its old owner hears that it is here", async () => {
    const fleet = await fleetOf("a", "b");
    const [id] = await openMany(fleet, "a", 1);
    // Just announced: the next announcement would be due only later.
    fleet.node("b").fleet.changed();
    await fleet.pass(1);
    const moved = fleet.node("b").fleet.takeOver({ id: id!, epoch: 1 });
    let shown: number | undefined;
    void moved.then(() => {
      const { entry } = fleet.registered.read().find(({ entry: { node } }) => node === "b")!;
      shown = entry.matches.find((match) => match.id === id)?.epoch;
    });
    await fleet.pass(100);
    expect(shown).toBe(2);
  });

  test("an announcement that is under way does not put the node in the registry", async () => {
    const fleet = await fleetOf("a", "b");
    fleet.node("a").announceMs = 100;
    fleet.node("a").fleet.changed();
    await fleet.pass(60);
    void fleet.node("a").fleet.stop();
    await fleet.pass(500);
    expect(fleet.registered.read().map(({ entry }) => entry.node)).toEqual(["b"]);
  });

  test("after it nothing runs, and the matches that it left are taken over at once", async () => {
    const fleet = await fleetOf("a", "b");
    const [id] = await openMany(fleet, "a", 1);
    const stopped = fleet.node("a").fleet.stop();
    await fleet.pass(10);
    await stopped;
    fleet.node("a").matches.clear();
    await fleet.pass(500);
    expect(fleet.hostsOf(id!)).toEqual(["b"]);
    expect(
      fleet
        .node("b")
        .fleet.nodes()
        .map(({ entry }) => entry.node),
    ).toEqual(["b"]);
    fleet.node("b").kill();
    await fleet.pass(10_000);
    const at = fleet.claims.length;
    await fleet.pass(10_000);
    expect(fleet.claims).toHaveLength(at);
    expect(fleet.node("a").matches.size).toBe(0);
  });
});
