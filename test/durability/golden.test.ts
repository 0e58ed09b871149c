/** What is stored out there, in every version, is read; and what is written today is the newest of it, to the byte. */
import { describe, expect, it, test } from "vitest";
import { readExport } from "../../server/durability/export-format.ts";
import { readFrame } from "../../server/durability/format.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { withoutTokens } from "../../server/match/redact.ts";
import { replay, replayable } from "../../server/match/replay.ts";
import { aboutOf } from "../../server/match/versions.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { nodeOn } from "../match/host-setup.ts";
import { tally } from "../match/tally.ts";
import { golden, goldenKinds, goldenNames } from "./golden.ts";

const all = goldenNames.map(golden);
const newest = (kind: string) =>
  Math.max(...all.filter((each) => each.kind === kind).map((each) => each.version));

test.each(goldenNames)("[P7.11] %s says what is written beside it", (name) => {
  const { kind, bytes, fields } = golden(name);
  expect(goldenKinds[kind]!.read(bytes, fields as never)).toEqual(fields);
});

test.each(Object.keys(goldenKinds))(
  "[P7.11] %s is written to the byte as in its newest golden file",
  (kind) => {
    const { bytes, fields } = all.find((each) => each.kind === kind && each.version === newest(kind))!;
    expect(Buffer.from(goldenKinds[kind]!.write(fields as never)).toString("hex")).toBe(
      bytes.toString("hex"),
    );
  },
);

/** Played by a server whose snapshots were of version 1, in the file that its replay tool wrote. */
describe("a match that was stored before snapshots had version 2", () => {
  const worldHash = "da68d009e04ec322";
  const stored = () => {
    const reading = readExport(golden("export-1").bytes);
    if (!reading.ok) throw new Error(reading.reason);
    return reading.stored;
  };

  it("[P5.1] [P7.11] comes back at its last tick, and goes on", async () => {
    const { entry, snapshots, records } = stored();
    const store = new MemoryStore();
    await store.create(entry);
    await store.append(records.map((bytes, at) => ({ id: entry.id, epoch: 1, tick: at + 1, bytes })));
    await store.snapshot({ id: entry.id, epoch: 1, tick: 20, bytes: snapshots[0]! });
    const node = nodeOn(store, "node-2");
    expect(await node.restore(entry.id)).toEqual({ kind: "restored" });
    const live = node.live(entry.id);
    expect([live.match.tick, hashPlain(live.match.state.world)]).toEqual([35, worldHash]);
    await node.play(live, 5);
    await live.handOver();
    const versions = (await store.load(entry.id)).snapshots.map((bytes) => readFrame(bytes));
    expect(versions).toMatchObject([
      { tick: 40, version: 2, contentVersion: 1 },
      { tick: 20, version: 1 },
    ]);
  });

  it("[P4.1] replays to the same World, with every hash and snapshot on the way", () => {
    const about = aboutOf(stored().entry);
    const result = replay({ game: tally, about, history: replayable(stored(), about) });
    expect([result.fault, result.checked]).toEqual([undefined, { hashes: 2, snapshots: 1 }]);
    expect([result.state.tick, hashPlain(result.state.world)]).toEqual([35, worldHash]);
  });

  it("[P4] exports anew in the format of now, and replays from there the same", () => {
    const about = aboutOf(stored().entry);
    const copy = withoutTokens(tally, stored());
    expect(copy.snapshots.map((bytes) => readFrame(bytes))).toMatchObject([
      { version: 2, contentVersion: 1 },
    ]);
    const result = replay({ game: tally, about, history: replayable(copy, about) });
    expect([result.fault, hashPlain(result.state.world)]).toEqual([undefined, worldHash]);
  });
});
