/**
 * Reads from the store what recovery.ts needs for its decision, and no more: a match of an hour must be back as soon
 * as one of a minute. Owns the rule when the tail of a journal is not enough.
 */
import { type RecoveryPlan, recoveryPlan } from "./recovery.ts";
import type { Store } from "./store.ts";

/** @throws StoreError */
export async function loadPlan(store: Pick<Store, "load">, id: string): Promise<RecoveryPlan> {
  const tail = await store.load(id, "tail");
  const plan = recoveryPlan(tail);
  // Without a snapshot nothing was left out. With one that can be used, what was left out is before it.
  const isEnough = plan.kind === "restore" && plan.snapshot !== undefined;
  return isEnough || tail.snapshots.length === 0 ? plan : recoveryPlan(await store.load(id));
}
