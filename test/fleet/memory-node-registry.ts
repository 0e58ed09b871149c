/**
 * The registry in the memory of one process, for tests and the simulation: one list that many nodes look at,
 * each through a port of its own.
 */
import type {
  AnnounceResult,
  NodeEntry,
  NodeRegistry,
  RegisteredNode,
} from "../../server/fleet/node-registry.ts";
import { routingFieldsOf } from "../../server/fleet/routing-fields.ts";

/** How long a lost node is remembered as lost. */
const lostKeptMs = 3_600_000;

interface LeasedEntry {
  entry: NodeEntry;
  leaseEndsMs: number;
}

export class NodesInMemory {
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, LeasedEntry>();
  readonly #connected = new Set<string>();
  readonly #lostUntilMs = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What the kernel does for a living process, and undoes for a dead one. */
  connect(node: string): void {
    this.#connected.add(node);
  }

  disconnect(node: string): void {
    this.#connected.delete(node);
  }

  announce(entry: NodeEntry, leaseMs: number): AnnounceResult {
    if ((this.#lostUntilMs.get(entry.node) ?? 0) > this.#nowMs()) {
      return { ok: false, code: "fleet/declared-lost" };
    }
    const before = this.#entries.get(entry.node)?.entry;
    this.#entries.set(entry.node, { entry, leaseEndsMs: this.#nowMs() + leaseMs });
    if (before === undefined || routingFieldsOf(before) !== routingFieldsOf(entry)) this.tellChanged();
    return { ok: true };
  }

  read(): readonly RegisteredNode[] {
    return [...this.#entries.values()]
      .map(({ entry, leaseEndsMs }) => ({
        entry,
        leaseLeftMs: leaseEndsMs - this.#nowMs(),
        connected: this.#connected.has(entry.node),
      }))
      .sort((a, b) => (a.entry.node < b.entry.node ? -1 : 1));
  }

  declareLost(node: string): boolean {
    if (!this.#entries.delete(node)) return false;
    const nowMs = this.#nowMs();
    for (const [old, untilMs] of this.#lostUntilMs) if (untilMs <= nowMs) this.#lostUntilMs.delete(old);
    this.#lostUntilMs.set(node, nowMs + lostKeptMs);
    this.tellChanged();
    return true;
  }

  leave(node: string): void {
    if (this.#entries.delete(node)) this.tellChanged();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tellChanged(): void {
    // A listener may stop listening.
    for (const listener of [...this.#listeners]) listener();
  }
}

export function memoryNodeRegistry(nodes: NodesInMemory, node: string): NodeRegistry {
  nodes.connect(node);
  const listening = new Set<() => void>();
  return {
    announce: async (entry, leaseMs) => nodes.announce(entry, leaseMs),
    read: async () => nodes.read(),
    declareLost: async (lost) => nodes.declareLost(lost),
    leave: async (left) => nodes.leave(left),
    onChanged: (listener) => {
      const stop = nodes.listen(listener);
      listening.add(stop);
      return stop;
    },
    close: async () => {
      for (const stop of listening) stop();
      nodes.disconnect(node);
    },
  };
}
