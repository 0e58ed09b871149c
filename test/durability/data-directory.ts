/** What the tests of the embedded store share: temporary data directories, and writing to a match in short. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type RecoveryPlan, recoveryPlan } from "../../server/durability/recovery.ts";
import type { Store } from "../../server/durability/store.ts";
import { record } from "../contracts/records.ts";

export function temporaryDirectory(): { path: string; remove(): void } {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "holdfast-store-"));
  return { path: directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) };
}

/** One append per tick, with a record of each match. */
export async function appendTicks(store: Store, ids: readonly string[], ticks: { from: number; to: number }) {
  for (let tick = ticks.from; tick <= ticks.to; tick++) {
    await store.append(ids.map((id) => record(id, tick)));
  }
}

export async function planOf(store: Store, id: string): Promise<RecoveryPlan> {
  return recoveryPlan(await store.load(id));
}

/** "restored to 12" or the code of a set-aside. */
export async function recovered(store: Store, id: string): Promise<string> {
  const plan = await planOf(store, id);
  return plan.kind === "restore" ? `restored to ${plan.lastTick}` : plan.code;
}

/** The files of the log, oldest first. */
export function logFiles(directory: string): string[] {
  const wal = path.join(directory, "wal");
  return fs
    .readdirSync(wal)
    .sort()
    .map((name) => path.join(wal, name));
}

/** Changes the bytes of a file in place: `change` gets all of them. */
export function tamper(file: string, change: (bytes: Buffer) => void): void {
  const bytes = fs.readFileSync(file);
  change(bytes);
  fs.writeFileSync(file, bytes);
}
