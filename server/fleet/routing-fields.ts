/**
 * What of a card matters to whoever routes clients and places matches. The numbers that change all the time are not
 * part of it: they are read when the board is read, and nobody is called for them.
 */
import type { NodeEntry } from "./node-registry.ts";

/** Equal texts for two cards of a node that mean the same. */
export function substanceOf({ state, load, matches }: NodeEntry): string {
  return JSON.stringify([state, load.full, matches.map(({ id, epoch, open }) => [id, epoch, open])]);
}
