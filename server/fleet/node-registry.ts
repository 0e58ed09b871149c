/**
 * The node registry port: every node of a fleet keeps an entry in the registry, under a lease that the store's own
 * clock measures. The registry says which nodes exist and where; only the store's epoch decides who owns a match.
 */
import type { MayBeAway } from "../store-error.ts";

/** starting: not yet in use. ready: takes matches. draining: takes none, and moves its own away. */
export type NodeState = "starting" | "ready" | "draining";

/** A match as its node announces it. */
export interface HostedMatch {
  readonly id: string;
  readonly game: string;
  /** Version of the World. */
  readonly version: number;
  /** The queue that created it. */
  readonly queue?: string;
  readonly epoch: number;
  readonly tick: number;
  /** Connected players. */
  readonly players: number;
  readonly seatsTaken: number;
  readonly seatsMax: number;
  /** Whether it takes players. */
  readonly open: boolean;
  /** Lists leave it out; who knows its id may ask for it. */
  readonly hidden?: true;
  /** Unix time. */
  readonly startedAtMs: number;
}

/** The load in the last second. */
export interface NodeLoad {
  /** Share of its main thread's time in use, 0 to 1. */
  readonly tickShare: number;
  readonly latenessMsP99: number;
  readonly seatsTaken: number;
  readonly seatsMax: number;
  readonly matches: number;
  readonly matchesMax: number;
  readonly joinsWaiting: number;
  /** The node takes no new match, and no player who does not name a match. */
  readonly full: boolean;
}

/** A version per kind of stored bytes. The fleet need not know the kinds. */
export type Formats = Readonly<Record<string, number>>;

export interface NodeEntry {
  /** The name of one start of a node; a restarted node has another name. */
  readonly node: string;
  readonly role: "room" | "matchmaker";
  readonly state: NodeState;
  /** host:port for other nodes and the load balancer. */
  readonly address: string;
  /** host:port for clients, without a load balancer. */
  readonly publicAddress?: string;
  readonly pid: number;
  /** The region whose players are near to it; left out: any region. */
  readonly region?: string;
  /** Name and version of each game that it has. */
  readonly games: Readonly<Record<string, number>>;
  /** The newest version of each kind of stored bytes that it reads and writes; 1 for a kind that is left out. */
  readonly formats?: Formats;
  readonly load: NodeLoad;
  readonly matches: readonly HostedMatch[];
  /** The id under which Colyseus knows the process. */
  readonly processId: string;
  /** Unix time. */
  readonly startedAtMs: number;
}

export interface RegisteredNode {
  readonly entry: NodeEntry;
  /** Zero or negative when the lease has expired. */
  readonly leaseLeftMs: number;
  /**
   * Whether its connection to the registry is open; a killed process loses it at once. For the reading node itself:
   * whether the connection has been open since its last read.
   */
  readonly connected: boolean;
}

export type AnnounceResult = { ok: true } | { ok: false; code: "fleet/declared-lost" };

export interface NodeRegistry extends MayBeAway {
  /** Adds or renews the entry and its lease. @throws StoreError */
  announce(entry: NodeEntry, leaseMs: number): Promise<AnnounceResult>;
  /** All entries in the registry, in order of name. @throws StoreError */
  read(): Promise<readonly RegisteredNode[]>;
  /** Removes a node from the registry for good. @returns false when it was not there. @throws StoreError */
  declareLost(node: string, why: string): Promise<boolean>;
  /** Removes this node's own entry. @throws StoreError */
  leave(node: string): Promise<void>;
  /** Calls the listener when the routing fields of an entry have changed. @returns a function that stops it */
  onChanged(listener: () => void): () => void;
  close(): Promise<void>;
}
