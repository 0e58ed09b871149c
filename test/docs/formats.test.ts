/** docs/formats.md lists the versions that the readers have, and every version has a golden file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportReaders } from "../../server/durability/export-format.ts";
import { frameReaders } from "../../server/durability/format.ts";
import { directoryLayouts, redisLayouts } from "../../server/durability/stores/layout.ts";
import { golden, goldenNames } from "../durability/golden.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/formats.md"), "utf8");

/** By its name on the page: its readers, and the golden files that stand for it. */
const kinds = {
  record: { readers: frameReaders.record, golden: ["record"] },
  snapshot: { readers: frameReaders.snapshot, golden: ["snapshot"] },
  "exported match": { readers: exportReaders, golden: ["export"] },
  "data directory": { readers: directoryLayouts, golden: ["log-block", "chunk", "catalogue-entry"] },
  "matches in Redis": { readers: redisLayouts, golden: ["redis-entry"] },
} as const;

test.each(Object.entries(kinds))(
  "[P7.11] the page says which versions of %s are read",
  (kind, { readers }) => {
    const row = page.split("\n").find((line) => line.startsWith(`| ${kind} |`));
    expect(row?.split("|").at(-2)?.trim()).toBe(Object.keys(readers).join(", "));
  },
);

test.each(Object.entries(kinds))(
  "[P7.11] every version of %s has its golden files",
  (_, { readers, golden: names }) => {
    const all = goldenNames.map(golden);
    for (const name of names) {
      const versions = all.filter(({ kind }) => kind === name).map(({ version }) => String(version));
      expect([...new Set(versions)].sort()).toEqual(Object.keys(readers));
    }
  },
);

test("[P7.11] versions follow each other without a gap", () => {
  for (const { readers } of Object.values(kinds)) {
    const versions = Object.keys(readers).map(Number);
    expect(versions).toEqual(versions.map((_, at) => versions[0]! + at));
  }
});
