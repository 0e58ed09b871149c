/**
 * Where the registry of the fleet is kept, and who is connected to it: the part of Redis that is not the store. It can
 * start anew, with or without what was in the registry; then every connection is gone, and comes back by itself.
 */
import { NodesInMemory } from "../fleet/memory-node-registry.ts";

export class RegistryServer {
  readonly #nowMs: () => number;
  readonly #connected = new Set<string>();
  readonly #onChanged = new Set<() => void>();
  readonly #onRestart = new Set<() => void>();
  #nodes: NodesInMemory;
  #starts = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#nodes = this.#newRegistry();
  }

  get nodes(): NodesInMemory {
    return this.#nodes;
  }

  get starts(): number {
    return this.#starts;
  }

  connect(node: string): void {
    this.#connected.add(node);
    this.#nodes.connect(node);
  }

  disconnect(node: string): void {
    this.#connected.delete(node);
    this.#nodes.disconnect(node);
  }

  /** @returns how to stop listening */
  onChanged(listener: () => void): () => void {
    this.#onChanged.add(listener);
    return () => this.#onChanged.delete(listener);
  }

  onRestart(listener: () => void): void {
    this.#onRestart.add(listener);
  }

  restart(keepsRegistry: boolean): void {
    this.#starts += 1;
    for (const node of this.#connected) this.#nodes.disconnect(node);
    this.#connected.clear();
    if (!keepsRegistry) this.#nodes = this.#newRegistry();
    for (const listener of this.#onRestart) listener();
  }

  #newRegistry(): NodesInMemory {
    const nodes = new NodesInMemory(this.#nowMs);
    nodes.listen(() => {
      for (const listener of [...this.#onChanged]) listener();
    });
    return nodes;
  }
}
