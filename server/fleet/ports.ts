/** What the fleet needs of a node's matches and of the catalogue; compose/ joins them. */
import type { Later, SteadyClock } from "../../shared/clock.ts";
import type { Formats, HostedMatch } from "./node-registry.ts";

/** A match of the catalogue. */
export interface CatalogueMatch {
  readonly id: string;
  readonly epoch: number;
  /** Whose it is: the name of one start of a node. */
  readonly node: string;
  readonly game: string;
  /** Of its World. */
  readonly version: number;
  /** Of what its owners wrote: who reads less cannot take it. Left out: the first of each kind. */
  readonly formats?: Formats;
}

export interface MatchCatalogue {
  /** Every match that is not over. @throws StoreError */
  running(): Promise<readonly CatalogueMatch[]>;
}

/** restored: it runs here. lost-race: somebody else has it. left: this node cannot run it now. */
export type TakeoverOutcome =
  | { readonly kind: "restored" }
  | { readonly kind: "lost-race" }
  | { readonly kind: "left" | "set-aside"; readonly reason: string };

export interface Matches {
  /** Those that a client who is sent here finds. */
  hosted(): readonly HostedMatch[];
  hosts(id: string): boolean;
  /** Claims the match under the epoch after `match.epoch`, restores it, opens its room. */
  takeOver(match: { readonly id: string; readonly epoch: number }): Promise<TakeoverOutcome>;
  /** Stops the match where it stands, everything durable; undefined when that took too long. */
  freeze(id: string, msMax: number): Promise<{ readonly epoch: number } | undefined>;
  /** It goes on here after all. */
  resume(id: string): void;
  /** It goes on elsewhere: its clients are sent there. */
  movedAway(id: string): void;
  /**
   * This node was declared lost: nothing leaves it any more, its clients are sent to look for their matches. Comes
   * again for a match that was being restored meanwhile.
   */
  lostOwnership(): void;
}

/** Another node. */
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
