/**
 * Who of the registry is dead. Two ways to know it: the lease ran out (a stall, a partition, a power cut), or the
 * connection that the node had is gone (the kernel closes those of a process that dies). Pure: one look at the
 * nodes in, what follows out. It may be wrong about a living node; then only time is lost, because who owns a
 * match, the store's epoch decides.
 */
import type { SteadyMs } from "../../shared/clock.ts";
import type { RegisteredNode } from "./node-registry.ts";

/** What earlier looks found. A node that was never seen connected is judged by its lease alone. */
export interface LivenessMemory {
  readonly connected: ReadonlySet<string>;
  /** When a node that had been seen connected was first seen without. */
  readonly goneSinceMs: ReadonlyMap<string, number>;
  /** The first look since which the registry was there for us without a break. */
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
  /** Who looks. */
  readonly self: string;
  readonly nowMs: SteadyMs;
  /** A connection that is back within this was only interrupted. */
  readonly goneMsMin: number;
  /** After a break in our own connection, the others get this long to renew what they could not renew in it. */
  readonly settleMs: number;
}

export interface Liveness {
  readonly seen: LivenessMemory;
  readonly lost: readonly { readonly node: string; readonly why: string }[];
  /** Whoever lives is in the registry by now: who is not on it is gone. */
  readonly settled: boolean;
}

export function nextLiveness({ seen, nodes, self, nowMs, goneMsMin, settleMs }: LivenessQuestion): Liveness {
  // When even our own connection was gone, or our own lease could not be renewed, the registry was away for
  // everyone: a node that is back a little later than we are is not dead.
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
