/** What the fleet needs from a node's matches and from the catalogue; compose/ implements it. */
import type { Later, SteadyClock } from "../../shared/clock.ts";
import type { Formats, HostedMatch } from "./node-registry.ts";

/** A match of the catalogue. */
export interface CatalogueMatch {
  readonly id: string;
  readonly epoch: number;
  /** The owner: the name of one start of a node. */
  readonly node: string;
  readonly game: string;
  /** Version of its World. */
  readonly version: number;
  /** The formats its owners wrote: a node that reads less cannot take it. Left out: the first of each kind. */
  readonly formats?: Formats;
}

export interface MatchCatalogue {
  /** Every match that is not over. @throws StoreError */
  running(): Promise<readonly CatalogueMatch[]>;
}

/** restored: the match runs here. lost-race: another node has it. left: this node cannot run it now. */
export type TakeoverOutcome =
  | { readonly kind: "restored" }
  | { readonly kind: "lost-race" }
  | { readonly kind: "left" | "set-aside"; readonly reason: string };

export interface Matches {
  /** Matches that a client who is sent here can join. */
  hosted(): readonly HostedMatch[];
  hosts(id: string): boolean;
  /** Claims the match under the epoch after `match.epoch`, restores it, and opens its room. */
  takeOver(match: { readonly id: string; readonly epoch: number }): Promise<TakeoverOutcome>;
  /** Stops the match where it stands, with everything durable; undefined when that took too long. */
  freeze(id: string, msMax: number): Promise<{ readonly epoch: number } | undefined>;
  /** The match continues here after all. */
  resume(id: string): void;
  /** The match continues elsewhere: its clients are sent there. */
  movedAway(id: string): void;
  /**
   * This node was declared lost: it sends nothing any more, and its clients are told to reconnect. Called again for a
   * match that was being restored meanwhile.
   */
  lostOwnership(): void;
}

/** The other nodes. */
export interface Peers {
  /** Asks the node at `address` to take a match that was frozen at `epoch`. Rejects when it does not answer. */
  offer(
    address: string,
    match: { readonly id: string; readonly epoch: number },
    msMax: number,
  ): Promise<{ ok: true } | { ok: false; reason: string }>;
}

export interface Clock {
  /** Monotonic. */
  readonly nowMs: SteadyClock;
  readonly later: Later;
}

export type LogLine = (message: string, details: object) => void;
