/**
 * Reads from the store only what recovery.ts needs for its decision: a match of an hour must be restored as fast as
 * one of a minute. It owns the rule for when the tail of a journal is not enough.
 */
import { type RecoveryPlan, recoveryPlan } from "./recovery.ts";
import type { Store } from "./store.ts";

/** @throws StoreError */
export async function loadPlan(store: Pick<Store, "load">, id: string): Promise<RecoveryPlan> {
  const tail = await store.load(id, "tail");
  const plan = recoveryPlan(tail);
  // Without a snapshot the store left nothing out. With a usable snapshot, what it left out is older.
  const isEnough = plan.kind === "restore" && plan.snapshot !== undefined;
  return isEnough || tail.snapshots.length === 0 ? plan : recoveryPlan(await store.load(id));
}
