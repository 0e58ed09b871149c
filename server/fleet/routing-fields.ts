/**
 * What of an entry matters to whoever routes clients and places matches. The numbers that change all the time are not
 * part of it: they are read when the registry is read, and nobody is called for them.
 */
import type { NodeEntry } from "./node-registry.ts";

/** Equal texts for two entries of a node that mean the same. */
export function routingFieldsOf({ state, load, matches }: NodeEntry): string {
  return JSON.stringify([state, load.full, matches.map(({ id, epoch, open }) => [id, epoch, open])]);
}
