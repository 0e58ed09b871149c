/** A match as a file: what comes back is what went in, and no byte of it may be wrong unnoticed. */
import { crc32 } from "node:zlib";
import fc from "fast-check";
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
import { golden } from "../../durability/golden.ts";
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

const entryBytes = fc
  .constantFrom("null", "[]", '{"id":1}')
  .map((text) => Uint8Array.from(Buffer.from(text)));

/** With the right checksum, whatever is in it. */
function sectionOf([kind, body]: readonly [number, Uint8Array]): Buffer {
  const bytes = Buffer.alloc(12 + body.length);
  bytes[4] = kind;
  bytes.writeUInt32LE(body.length, 8);
  bytes.set(body, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
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

  it("[P7.11] any bytes have an answer, and none of what is around a file is read", () => {
    const real = golden("export-1").bytes;
    const sections = fc.array(
      fc.tuple(fc.constantFrom(0, 1, 2, 3, 4, 9), fc.oneof(fc.uint8Array({ maxLength: 9 }), entryBytes)),
      { maxLength: 4 },
    );
    const sealed = sections.map((some) => Buffer.concat([real.subarray(0, 12), ...some.map(sectionOf)]));
    const changed = fc
      .tuple(fc.nat(real.length - 1), fc.nat(255), fc.nat(real.length))
      .map(([at, byte, end]) => {
        const copy = Buffer.from(real);
        copy[at] = byte;
        return copy.subarray(0, end);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), changed, sealed), (bytes) => {
        const around = Buffer.alloc(bytes.length + 40, 0x39);
        around.set(bytes, 20);
        const read = (file: Uint8Array) => JSON.stringify(readExport(file));
        expect(read(around.subarray(20, 20 + bytes.length))).toBe(read(bytes));
      }),
    );
  });

  it("[P7] a file whose catalogue entry is invalid is refused", () => {
    const end = sectionOf([9, Buffer.from([1, 0, 0, 0])]);
    for (const entry of ["null", "{}", "7", "not JSON", JSON.stringify({ ...stored.entry, state: "odd" })]) {
      const file = Buffer.concat([
        ...[golden("export-1").bytes.subarray(0, 12), sectionOf([1, Buffer.from(entry)]), end],
      ]);
      expect(readExport(file)).toMatchObject({
        code: "export/damaged",
        reason: "its catalogue entry is invalid",
      });
    }
  });

  it("[P7] names the place of the damage", () => {
    const file = writeExport(stored);
    const entryBytes = JSON.stringify(stored.entry).length;
    file[12 + 12 + entryBytes + 20]! ^= 1;
    expect(reasonOf(file)).toBe(`section 2 at byte ${24 + entryBytes} has a wrong checksum`);
    const newer = writeExport(stored);
    newer[8] = 2;
    const reason = "it is an exported match in format 2, this server reads up to 1: start the newer version";
    expect(readExport(newer)).toMatchObject({
      ...{ ok: false, code: "export/newer-version", reason: expect.stringContaining(reason) },
    });
    const older = writeExport(stored);
    older[8] = 0;
    expect(readExport(older)).toMatchObject({
      code: "export/dropped-version",
      reason: expect.stringContaining("in format 0, this server reads from 1 on: start an older version"),
    });
    expect(reasonOf(Buffer.from("PNG or something"))).toContain("not an exported match");
  });
});
