/** The store of one machine: everything in the data directory, under its lock. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "../durability/store.ts";
import { openEmbeddedStore } from "../durability/stores/embedded.ts";
import { LmdbDisk } from "../rows/stores/lmdb-disk.ts";
import { localRows } from "./local-rows.ts";
import type { MatchStoreParts, OpenedRows, RowStoreParts } from "./store-kind.ts";

/** Subdirectory of the data directory. */
const rowsDirectory = "matchmaking";

export function openMatches({ settings, level, now }: MatchStoreParts): Promise<Store> {
  const delayMs = settings.sabotageStoreDelayMs;
  const faults = { beforeAppend: () => pause(delayMs) };
  return openEmbeddedStore({
    path: settings.dataDir,
    level,
    journalKeep: settings.journalKeep,
    segmentBytes: settings.journalSegmentKib * 1024,
    now,
    ...(delayMs > 0 ? { faults } : {}),
  });
}

export async function openRows(parts: RowStoreParts): Promise<OpenedRows> {
  const path = join(parts.settings.dataDir, rowsDirectory);
  mkdirSync(path, { recursive: true });
  return localRows(LmdbDisk.open(path), parts);
}
