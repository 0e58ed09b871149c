/**
 * Which nodes of the registry are lost. There are two signs: the lease expired (a stall, a partition, a power cut),
 * or the node's connection is gone (the kernel closes the connections of a dead process). Pure: it judges one read of
 * the registry. An error about a living node only costs time, because the store's epoch decides who owns a match.
 */
import type { SteadyMs } from "../../shared/clock.ts";
import type { RegisteredNode } from "./node-registry.ts";

/** Findings of earlier looks. A node that was never seen connected is judged by its lease alone. */
export interface LivenessMemory {
  readonly connected: ReadonlySet<string>;
  /** When a node that had been connected was first seen disconnected. */
  readonly goneSinceMs: ReadonlyMap<string, number>;
  /** The first look since which our connection to the registry has been uninterrupted. */
  readonly standsSinceMs: number | undefined;
}

export const nothingSeen: LivenessMemory = {
  connected: new Set(),
  goneSinceMs: new Map(),
  standsSinceMs: undefined,
};

export interface LivenessQuestion {
  readonly seen: LivenessMemory;
  readonly nodes: readonly RegisteredNode[];
  /** The name of the node that looks. */
  readonly self: string;
  readonly nowMs: SteadyMs;
  /** A connection that returns within this time was only interrupted. */
  readonly goneMsMin: number;
  /** After a break in our own connection, the others get this long to renew their leases. */
  readonly settleMs: number;
}

export interface Liveness {
  readonly seen: LivenessMemory;
  readonly lost: readonly { readonly node: string; readonly why: string }[];
  /** Whether every living node has had time to be in the registry: then a missing node is gone. */
  readonly settled: boolean;
}

export function nextLiveness({ seen, nodes, self, nowMs, goneMsMin, settleMs }: LivenessQuestion): Liveness {
  // When our own connection or lease was lost too, the registry was away for everyone: a node that returns a little
  // later than we do is not lost.
  const own = nodes.find(({ entry }) => entry.node === self);
  if (own === undefined || !isAlive(own)) return { seen: nothingSeen, lost: [], settled: false };
  const standsSinceMs = seen.standsSinceMs ?? nowMs;
  const settled = nowMs - standsSinceMs >= settleMs;
  const connected = new Set<string>();
  const goneSinceMs = new Map<string, number>();
  const lost: { node: string; why: string }[] = [];
  for (const { entry, connected: isConnected, leaseLeftMs } of nodes) {
    const { node } = entry;
    if (isConnected || seen.connected.has(node)) connected.add(node);
    if (node === self) continue;
    if (settled && leaseLeftMs <= 0) {
      lost.push({ node, why: `its lease ran out ${Math.round(-leaseLeftMs)} ms ago` });
    } else if (!isConnected && seen.connected.has(node)) {
      const sinceMs = seen.goneSinceMs.get(node) ?? nowMs;
      goneSinceMs.set(node, sinceMs);
      if (nowMs - sinceMs >= goneMsMin) lost.push({ node, why: "its connection is gone" });
    }
  }
  return { seen: { connected, goneSinceMs, standsSinceMs }, lost, settled };
}

/** Whether clients and matches may be sent there. */
export function isAlive({ connected, leaseLeftMs }: RegisteredNode): boolean {
  return connected && leaseLeftMs > 0;
}
