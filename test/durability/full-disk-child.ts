/**
 * Plays a match on a small volume of its own until the volume is full, and on after it has room again. Started
 * by embedded-full-disk.test.ts with the mount point as argument; prints what happened as one JSON object.
 */
import fs from "node:fs";
import path from "node:path";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { marksOnce, record, snapshot } from "../contracts/records.ts";

const directory = path.join(process.argv[2]!, "data");
const filler = path.join(process.argv[2]!, "filler");
const options = { path: directory, level: "machine", segmentBytes: 256 << 10 } as const;

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "ok",
    (error: { code?: string }) => error.code ?? String(error),
  );
}

function fillDisk(): void {
  const file = fs.openSync(filler, "w");
  for (const size of [1 << 16, 512]) {
    const zeros = Buffer.alloc(size);
    try {
      for (;;) fs.writeSync(file, zeros);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
  fs.closeSync(file);
}

let store = await openEmbeddedStore(options);
await store.create({ id: "m1", node: "n", about: "{}" });
let tick = 0;
const play = async () => {
  await store.append([record("m1", tick + 1, { bytes: 2000 })]);
  tick += 1;
};
while (tick < 200) await play();
fillDisk();

const bigSnapshot = () => codeOf(store.snapshot(snapshot("m1", tick, { bytes: 400_000 })));
const first = {
  snapshot: await bigSnapshot(),
  again: await bigSnapshot(),
  create: await codeOf(create("m2")),
};
const playedFrom = tick;
let refused = "ok";
while (refused === "ok" && tick < 10_000) refused = await codeOf(play());
const played = tick - playedFrom;
const refusedAgain = await codeOf(play());

fs.rmSync(filler);
const after = {
  append: await codeOf(play()),
  snapshot: await bigSnapshot(),
  create: await codeOf(create("m2")),
};
while (tick % 100 !== 0) await play();
await store.close();

store = await openEmbeddedStore(options);
const stored = await store.load("m1");
const plan = recoveryPlan(stored);
const marks = marksOnce(stored.records);
const whole = marks.length === tick && marks.every((mark, index) => mark === `1:${index + 1}`);
await store.close();

function create(id: string): Promise<unknown> {
  return store.create({ id, node: "n", about: "x".repeat(400_000) });
}

const restoredTo = plan.kind === "restore" ? plan.lastTick : plan.code;
console.log(
  JSON.stringify({ first, played, refused, refusedAgain, after, whole, lost: Number(restoredTo) - tick }),
);
