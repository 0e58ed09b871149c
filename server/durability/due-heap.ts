/** A binary heap of things that are due at a time, the earliest first. It forgets nothing by itself and knows no clock. */

interface Due<Item> {
  readonly dueMs: number;
  readonly item: Item;
}

export class DueHeap<Item> {
  readonly #heap: Due<Item>[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the first one is due. */
  get firstMs(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  get first(): Due<Item> | undefined {
    return this.#heap[0];
  }

  add(dueMs: number, item: Item): void {
    const heap = this.#heap;
    heap.push({ dueMs, item });
    for (let at = heap.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (heap[above]!.dueMs <= heap[at]!.dueMs) return;
      this.#swap(at, above);
      at = above;
    }
  }

  takeFirst(): Due<Item> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || heap.length === 0) return first;
    heap[0] = last!;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && heap[left]!.dueMs < heap[least]!.dueMs) least = left;
      if (right < heap.length && heap[right]!.dueMs < heap[least]!.dueMs) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Takes everything that is due at `nowMs` or before, in order. */
  takeUntil(nowMs: number): Due<Item>[] {
    const taken: Due<Item>[] = [];
    while (this.#heap.length > 0 && this.#heap[0]!.dueMs <= nowMs) taken.push(this.takeFirst()!);
    return taken;
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}
