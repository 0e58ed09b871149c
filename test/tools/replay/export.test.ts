/** A match as a file: what comes back is what went in, and no byte of it may be wrong unnoticed. */
import { beforeAll, describe, expect, it } from "vitest";
import { readExport, writeExport } from "../../../server/durability/export-format.ts";
import { readFrame } from "../../../server/durability/format.ts";
import { historyOf } from "../../../server/durability/history.ts";
import type { StoredMatch } from "../../../server/durability/store.ts";
import { MemoryStore } from "../../../server/durability/stores/memory.ts";
import { withoutTokens } from "../../../server/match/redact.ts";
import { replay } from "../../../server/match/replay.ts";
import { aboutOf } from "../../../server/match/versions.ts";
import { hashPlain } from "../../../shared/game/deterministic/hash.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { type PlayedMatch, playMatch, secretToken } from "./played-match.ts";

let match: PlayedMatch;
let stored: StoredMatch;

beforeAll(async () => {
  const store = new MemoryStore();
  match = await playMatch(store, { id: "m", ticks: 70 });
  stored = await store.load("m");
});

const plainBytes = (list: readonly Uint8Array[]) => list.map((bytes) => Buffer.from(bytes).toString("hex"));

function reasonOf(file: Uint8Array): string {
  const reading = readExport(file);
  return reading.ok ? "accepted" : reading.reason;
}

describe("export", () => {
  it("comes back as it went in, damage notes included", () => {
    const reading = readExport(writeExport({ ...stored, damage: ["a torn block"] }));
    if (!reading.ok) throw new Error(reading.reason);
    expect(reading.stored.entry).toEqual(stored.entry);
    expect(plainBytes(reading.stored.records)).toEqual(plainBytes(stored.records));
    expect(plainBytes(reading.stored.snapshots)).toEqual(plainBytes(stored.snapshots));
    expect(reading.stored.damage).toEqual(["a torn block"]);
  });

  it("[P4] [P7.12] replays the same without a single reconnection token in it", () => {
    const file = writeExport(withoutTokens(arena, stored));
    expect(writeExport(stored).includes(secretToken)).toBe(true);
    expect(file.includes(secretToken)).toBe(false);
    const reading = readExport(file);
    if (!reading.ok) throw new Error(reading.reason);
    const history = historyOf(reading.stored);
    const result = replay({ game: arena, about: aboutOf(reading.stored.entry), history });
    expect(result.fault).toBeUndefined();
    expect(result.checked).toEqual({ hashes: 3, snapshots: 1 });
    expect(hashPlain(result.state.world)).toBe(match.ticks[70]!.hash);
  });

  it("[P7] a part that cannot be read is left out of a copy without tokens, and the copy says so", () => {
    const torn = stored.records.at(-1)!.subarray(0, 9);
    expect(readFrame(torn).ok).toBe(false);
    const copy = withoutTokens(arena, { ...stored, records: [...stored.records.slice(0, -1), torn] });
    expect(copy.records).toHaveLength(stored.records.length - 1);
    expect(copy.damage).toEqual([expect.stringContaining("9 bytes (torn) was left out")]);
  });

  it("[P7] any flipped byte is refused", () => {
    const file = writeExport({ ...stored, records: stored.records.slice(0, 3), snapshots: [] });
    for (let at = 0; at < file.length; at++) {
      file[at]! ^= 0x40;
      expect(reasonOf(file), `byte ${at} of ${file.length}`).not.toBe("accepted");
      file[at]! ^= 0x40;
    }
    expect(reasonOf(file)).toBe("accepted");
  });

  it("[P7] a file cut anywhere, or with something behind it, is refused", () => {
    const file = writeExport({ ...stored, records: stored.records.slice(0, 3), snapshots: [] });
    for (let length = 0; length < file.length; length++) {
      expect(reasonOf(file.subarray(0, length)), `cut to ${length}`).not.toBe("accepted");
    }
    expect(reasonOf(Buffer.concat([file, Buffer.alloc(1)]))).toContain("1 bytes too many");
  });

  it("[P7] names the place of the damage", () => {
    const file = writeExport(stored);
    const entryBytes = JSON.stringify(stored.entry).length;
    file[12 + 12 + entryBytes + 20]! ^= 1;
    expect(reasonOf(file)).toBe(`section 2 at byte ${24 + entryBytes} has a wrong checksum`);
    const newer = writeExport(stored);
    newer[8] = 2;
    expect(reasonOf(newer)).toContain("version 2 (byte 8)");
    expect(reasonOf(Buffer.from("PNG or something"))).toContain("not an exported match");
  });
});
