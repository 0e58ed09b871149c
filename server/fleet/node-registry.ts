/**
 * The node registry port: the registry on which every node of a fleet puts its entry, under a lease that the store's own
 * clock measures. It says who is there and where; who may own a match, only the store's epoch decides.
 */
import type { MayBeAway } from "../store-error.ts";

/** starting: not yet to be used. ready: takes matches. draining: takes none, moves its own away. */
export type NodeState = "starting" | "ready" | "draining";

/** A match as its node announces it. */
export interface HostedMatch {
  readonly id: string;
  readonly game: string;
  /** Of the World. */
  readonly version: number;
  /** The queue that made it. */
  readonly queue?: string;
  readonly epoch: number;
  readonly tick: number;
  /** Connected players. */
  readonly players: number;
  readonly seatsTaken: number;
  readonly seatsMax: number;
  /** Whether it takes players. */
  readonly open: boolean;
  /** Unix time. */
  readonly startedAtMs: number;
}

/** Of the last second. */
export interface NodeLoad {
  /** Part of its main thread's time that was in use, 0 to 1. */
  readonly tickShare: number;
  readonly latenessMsP99: number;
  readonly seatsTaken: number;
  readonly seatsMax: number;
  readonly matches: number;
  readonly matchesMax: number;
  readonly joinsWaiting: number;
  /** It takes no new match and no player who does not name one. */
  readonly full: boolean;
}

/** A version for each kind of stored bytes. What the kinds are, the fleet need not know. */
export type Formats = Readonly<Record<string, number>>;

export interface NodeEntry {
  /** Of one start of a node: one that comes back has another name. */
  readonly node: string;
  readonly role: "room" | "matchmaker";
  readonly state: NodeState;
  /** host:port for other nodes and the load balancer. */
  readonly address: string;
  /** host:port for clients, when there is no load balancer. */
  readonly publicAddress?: string;
  readonly pid: number;
  /** In which its matches are near to players; left out: in any. */
  readonly region?: string;
  /** Name and version of each game it has. */
  readonly games: Readonly<Record<string, number>>;
  /** The newest version of each kind of stored bytes that it reads and writes; what is left out: 1. */
  readonly formats?: Formats;
  readonly load: NodeLoad;
  readonly matches: readonly HostedMatch[];
  /** By which Colyseus knows the process. */
  readonly processId: string;
  /** Unix time. */
  readonly startedAtMs: number;
}

export interface RegisteredNode {
  readonly entry: NodeEntry;
  /** Not positive: it has run out. */
  readonly leaseLeftMs: number;
  /**
   * Whether its connection to the registry stands; a killed process loses it at once. Of oneself: whether it stood
   * since one last read the registry.
   */
  readonly connected: boolean;
}

export type AnnounceResult = { ok: true } | { ok: false; code: "fleet/declared-lost" };

export interface NodeRegistry extends MayBeAway {
  /** Puts the entry in the registry, or renews it and its lease. @throws StoreError */
  announce(entry: NodeEntry, leaseMs: number): Promise<AnnounceResult>;
  /** Everyone in the registry, in order of name. @throws StoreError */
  read(): Promise<readonly RegisteredNode[]>;
  /** Takes a node out of the registry, for good. @returns false when it was not on it. @throws StoreError */
  declareLost(node: string, why: string): Promise<boolean>;
  /** Takes one's own entry off. @throws StoreError */
  leave(node: string): Promise<void>;
  /** Somebody's entry changed in its routing fields: read again. @returns how to stop listening */
  onChanged(listener: () => void): () => void;
  close(): Promise<void>;
}
