/**
 * A binary heap of things that are due at a time, the earliest first; of those that are due at one time, the one that was
 * added first. It forgets nothing by itself and knows no clock.
 */

interface Due<Item> {
  readonly dueMs: number;
  readonly item: Item;
  /** Order of arrival. */
  readonly order: number;
}

export class DueHeap<Item> {
  readonly #heap: Due<Item>[] = [];
  #added = 0;

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
    heap.push({ dueMs, item, order: this.#added++ });
    for (let at = heap.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (isBefore(heap[above]!, heap[at]!)) return;
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
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++)
        if (isBefore(heap[child]!, heap[least]!)) least = child;
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

function isBefore(one: Due<unknown>, other: Due<unknown>): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
