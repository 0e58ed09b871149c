/** What every disk of the embedded store promises: a change is kept whole or not at all. */
import { expect, test } from "vitest";
import type { Disk } from "../../server/rows/stores/disk.ts";
import { LmdbDisk } from "../../server/rows/stores/lmdb-disk.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";

const all = (disk: Disk) =>
  disk.committed.keys("", { from: "", countMax: 10 }).map((key) => `${key}=${disk.committed.get(key)}`);

test.each<[string, (path: string) => Disk]>([
  ["memory", () => new MemoryDisk()],
  ["lmdb", (path) => LmdbDisk.open(path)],
])(
  "[P7] %s: of a change that throws nothing is kept, and the next one is not touched by it",
  async (_, open) => {
    const directory = temporaryDirectory();
    const disk = open(directory.path);
    try {
      await disk.transaction((pages) => {
        pages.put("a", "1");
        pages.put("b", "1");
      });
      const broken = disk.transaction((pages) => {
        pages.put("a", "2");
        pages.remove("b");
        pages.put("c", "2");
        throw new Error("half way");
      });
      const next = disk.transaction((pages) => {
        pages.put("d", "3");
        return pages.get("a");
      });
      await expect(broken).rejects.toThrow("half way");
      expect(await next).toBe("1");
      expect(all(disk)).toEqual(["a=1", "b=1", "d=3"]);
    } finally {
      await disk.close();
      directory.remove();
    }
  },
);
