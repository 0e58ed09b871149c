/**
 * The directory in the memory of one process, for tests and the simulation: one Board that many nodes look at,
 * each through a directory of its own.
 */
import type { AnnounceResult, NodeEntry, NodeRegistry, RegisteredNode } from "./node-registry.ts";
import { substanceOf } from "./routing-fields.ts";

/** How long a lost node is remembered as lost. */
export const lostKeptMs = 3_600_000;

interface LeasedEntry {
  card: NodeEntry;
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

  announce(card: NodeEntry, leaseMs: number): AnnounceResult {
    if ((this.#lostUntilMs.get(card.node) ?? 0) > this.#nowMs()) {
      return { ok: false, code: "fleet/declared-lost" };
    }
    const before = this.#entries.get(card.node)?.card;
    this.#entries.set(card.node, { card, leaseEndsMs: this.#nowMs() + leaseMs });
    if (before === undefined || substanceOf(before) !== substanceOf(card)) this.tellChanged();
    return { ok: true };
  }

  read(): readonly RegisteredNode[] {
    return [...this.#entries.values()]
      .map(({ card, leaseEndsMs }) => ({
        card,
        leaseLeftMs: leaseEndsMs - this.#nowMs(),
        connected: this.#connected.has(card.node),
      }))
      .sort((a, b) => (a.card.node < b.card.node ? -1 : 1));
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

export function memoryNodeRegistry(board: NodesInMemory, node: string): NodeRegistry {
  board.connect(node);
  const listening = new Set<() => void>();
  return {
    announce: async (card, leaseMs) => board.announce(card, leaseMs),
    read: async () => board.read(),
    declareLost: async (lost) => board.declareLost(lost),
    leave: async (left) => board.leave(left),
    onChanged: (listener) => {
      const stop = board.listen(listener);
      listening.add(stop);
      return stop;
    },
    close: async () => {
      for (const stop of listening) stop();
      board.disconnect(node);
    },
  };
}
