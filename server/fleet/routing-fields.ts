/**
 * The fields of an entry that matter for routing clients and placing matches. Numbers that change all the time are
 * not among them: nobody is notified of those, and a read of the registry shows them.
 */
import type { NodeEntry } from "./node-registry.ts";

/** Equal for two entries of a node that route the same. */
export function routingFieldsOf({ state, load, matches }: NodeEntry): string {
  return JSON.stringify([state, load.full, matches.map(({ id, epoch, open }) => [id, epoch, open])]);
}
