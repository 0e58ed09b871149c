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
    const added = { dueMs, item, order: this.#added++ };
    let at = heap.push(added) - 1;
    // Those above that are due later each go down by one, until its place is found.
    for (let above = (at - 1) >> 1; at > 0 && isBefore(added, heap[above]!); above = (at - 1) >> 1) {
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = added;
  }

  takeFirst(): Due<Item> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    // The last one takes the place of the first. Those below that are due earlier each go up by one.
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1;
      if (!isBefore(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }

  /** Takes everything that is due at `nowMs` or before, in order. */
  takeUntil(nowMs: number): Due<Item>[] {
    const taken: Due<Item>[] = [];
    while (this.#heap.length > 0 && this.#heap[0]!.dueMs <= nowMs) taken.push(this.takeFirst()!);
    return taken;
  }
}

function isBefore(one: Due<unknown>, other: Due<unknown>): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
