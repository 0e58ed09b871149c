/**
 * Where the board of the fleet is kept, and who is connected to it: the part of Redis that is not the store. It can
 * start anew, with or without what was on the board; then every connection is gone, and comes back by itself.
 */
import { NodesInMemory } from "../../server/fleet/memory-node-registry.ts";

export class BoardServer {
  readonly #nowMs: () => number;
  readonly #connected = new Set<string>();
  readonly #onChanged = new Set<() => void>();
  readonly #onRestart = new Set<() => void>();
  #board: NodesInMemory;
  #starts = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#board = this.#newBoard();
  }

  get board(): NodesInMemory {
    return this.#board;
  }

  get starts(): number {
    return this.#starts;
  }

  connect(node: string): void {
    this.#connected.add(node);
    this.#board.connect(node);
  }

  disconnect(node: string): void {
    this.#connected.delete(node);
    this.#board.disconnect(node);
  }

  /** @returns how to stop listening */
  onChanged(listener: () => void): () => void {
    this.#onChanged.add(listener);
    return () => this.#onChanged.delete(listener);
  }

  onRestart(listener: () => void): void {
    this.#onRestart.add(listener);
  }

  restart(keepsBoard: boolean): void {
    this.#starts += 1;
    for (const node of this.#connected) this.#board.disconnect(node);
    this.#connected.clear();
    if (!keepsBoard) this.#board = this.#newBoard();
    for (const listener of this.#onRestart) listener();
  }

  #newBoard(): NodesInMemory {
    const board = new NodesInMemory(this.#nowMs);
    board.listen(() => {
      for (const listener of [...this.#onChanged]) listener();
    });
    return board;
  }
}
