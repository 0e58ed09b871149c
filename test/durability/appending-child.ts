/**
 * A process to be killed: restores the matches of a data directory, or creates them, and appends to them until
 * it dies. Prints a line per acknowledged tick, after the acknowledgement: "<epoch>:<tick>".
 * Arguments: data directory, durability level.
 */
import fs from "node:fs";
import { flushCompileCache } from "node:module";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { record, snapshot } from "../contracts/records.ts";

export const matchIds = ["m1", "m2", "m3", "m4", "m5"];

if (import.meta.main) {
  // What Node compiled is kept for the next one: a process that is killed does not do that by itself.
  flushCompileCache();
  const store = await openEmbeddedStore({
    path: process.argv[2]!,
    level: process.argv[3] as DurabilityLevel,
    segmentBytes: 64 << 10,
  });
  const known = new Set((await store.list()).map((entry) => entry.id));
  const lastTicks = new Set<number>();
  let epoch = 1;
  for (const id of matchIds) {
    if (!known.has(id)) await store.create({ id, node: "child", about: "{}" });
    else epoch = (await store.claim(id, "child")).epoch;
    const plan = recoveryPlan(await store.load(id));
    if (plan.kind === "set-aside") throw new Error(`${plan.code}: ${plan.reason}`);
    lastTicks.add(plan.lastTick);
  }
  // A kill may have come between two matches' creation or claim; go on from the furthest one.
  for (let tick = Math.min(...lastTicks) + 1; ; tick++) {
    await store.append(matchIds.map((id) => record(id, tick, { epoch, bytes: 200 })));
    fs.writeSync(1, `${epoch}:${tick}\n`);
    if (tick % 20 === 0)
      void store.snapshot(snapshot(matchIds[(tick / 20) % matchIds.length]!, tick, { epoch }));
  }
}
