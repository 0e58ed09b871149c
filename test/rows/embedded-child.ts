/**
 * Writes rows to the embedded matchmaking store. `endless`: until it is killed, a line for every acknowledged row.
 * `full`: on a small volume that it fills up and frees again; prints what happened as one JSON object.
 * Arguments: directory, which of the two.
 */
import fs from "node:fs";
import { flushCompileCache } from "node:module";
import path from "node:path";
import { LmdbDisk } from "../../server/rows/stores/lmdb-disk.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";

export const part = "q:duel";

if (import.meta.main) {
  // What Node compiled is kept for the next one: a process that is killed does not do that by itself.
  flushCompileCache();
  const [directory, kind] = process.argv.slice(2) as [string, string];
  const disk = LmdbDisk.open(path.join(directory, "store"));
  const store = new LocalStore({ disk, nowMs: Date.now });
  const write = (key: string, bytes: number) =>
    store.commit(part, {
      expect: [{ key, version: 0 }],
      put: [{ key, value: "x".repeat(bytes), keepMs: 1e9, feedMs: 1e9 }],
    });

  if (kind === "endless") {
    for (let at = 0; ; at++) {
      await Promise.all([write(`a${at}`, 100), write(`b${at}`, 100)]);
      fs.writeSync(1, `a${at}\nb${at}\n`);
    }
  }

  const codeOf = (work: Promise<{ ok: boolean }>) =>
    work.then(
      ({ ok }) => (ok ? "ok" : "refused"),
      (error: { code?: string }) => error.code ?? String(error),
    );
  const first = await codeOf(write("first", 100));
  const filler = path.join(directory, "filler");
  fillDisk(filler);
  let full = "ok";
  for (let at = 0; at < 100 && full === "ok"; at++) full = await codeOf(write(`big${at}`, 100_000));
  const again = await Promise.all([codeOf(write("c", 100_000)), codeOf(write("d", 100_000))]);
  fs.rmSync(filler);
  const after = await codeOf(write("after", 100_000));
  const rows = await store.read(part, ["first", "after"]);
  await store.close();
  console.log(JSON.stringify({ first, full, again, after, kept: rows.map((row) => row?.key) }));
}

function fillDisk(filler: string): void {
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
