/**
 * The store that keeps nothing, for tests and for measuring the cost of a store. Its contents end with the process.
 */
import type { Store } from "../durability/store.ts";
import { MemoryStore } from "../durability/stores/memory.ts";
import { MemoryDisk } from "../rows/stores/memory-disk.ts";
import { localRows } from "./local-rows.ts";
import type { MatchStoreParts, OpenedRows, RowStoreParts } from "./store-kind.ts";

export async function openMatches({ now }: MatchStoreParts): Promise<Store> {
  return new MemoryStore({ now });
}

export async function openRows(parts: RowStoreParts): Promise<OpenedRows> {
  return localRows(new MemoryDisk(), parts);
}
