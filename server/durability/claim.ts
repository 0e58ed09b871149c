/** What a claim changes in a match's entry. The store makes it atomic. */
import { StoreError } from "../store-error.ts";
import type { ClaimOptions, MatchEntry } from "./store.ts";

/** @throws StoreError `store/not-running`, `store/claimed-meanwhile` */
export function claimed<Entry extends MatchEntry>(entry: Entry, node: string, options: ClaimOptions): Entry {
  const { id, state, epoch } = entry;
  if (state !== "running" && state !== "sleeping") {
    throw new StoreError("store/not-running", `match ${id} is ${state} and cannot be claimed`);
  }
  if (options.under !== undefined && options.under !== epoch) {
    const why = `its epoch is ${epoch} by now, not ${options.under}`;
    throw new StoreError("store/claimed-meanwhile", `match ${id} cannot be claimed for ${node}: ${why}`);
  }
  const { asleep: _, ...awake } = entry;
  return { ...awake, state: "running", epoch: epoch + 1, node, about: options.about ?? entry.about } as Entry;
}
