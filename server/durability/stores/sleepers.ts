/**
 * Which matches of a store sleep, in memory: those that wake by themselves by their time, and those that anybody may join by
 * the name under which they are open. It is made of the entries when a store is opened, and keeps nothing itself.
 */
import { DueHeap } from "../due-heap.ts";
import type { Asleep, MatchEntry, SleepingMatch } from "../store.ts";

/** The heap is made anew when this many of its places are of matches that sleep no more. */
const staleMax = 1000;

export class Sleepers {
  readonly #asleep = new Map<string, Asleep>();
  #due = new DueHeap<string>();
  readonly #open = new Map<string, Set<string>>();

  get size(): number {
    return this.#asleep.size;
  }

  /** Brings the index up to an entry that was written. */
  follow({ id, asleep }: Pick<MatchEntry, "id" | "asleep">): void {
    this.remove(id);
    if (asleep === undefined) return;
    const { wakesAtMs, openAs } = asleep;
    this.#asleep.set(id, asleep);
    if (wakesAtMs !== undefined) this.#due.add(wakesAtMs, id);
    if (openAs === undefined) return;
    const open = this.#open.get(openAs) ?? new Set();
    this.#open.set(openAs, open.add(id));
  }

  remove(id: string): void {
    const { openAs } = this.#asleep.get(id) ?? {};
    this.#asleep.delete(id);
    if (openAs === undefined) return;
    const open = this.#open.get(openAs)!;
    open.delete(id);
    if (open.size === 0) this.#open.delete(openAs);
  }

  /** Those that wake by themselves, the earliest first. */
  dueFirst(max: number): SleepingMatch[] {
    this.#tidy();
    const first: SleepingMatch[] = [];
    while (first.length < max) {
      const next = this.#due.takeFirst();
      if (next === undefined) break;
      const isNow = this.#asleep.get(next.item)?.wakesAtMs === next.dueMs;
      if (isNow && !first.some(({ id }) => id === next.item))
        first.push({ id: next.item, wakesAtMs: next.dueMs });
    }
    for (const { id, wakesAtMs } of first) this.#due.add(wakesAtMs, id);
    return first;
  }

  /** The newest ones first. */
  open(as: string, max: number): string[] {
    return [...(this.#open.get(as) ?? [])].slice(-max).reverse();
  }

  #tidy(): void {
    if (this.#due.size <= this.#asleep.size + staleMax) return;
    this.#due = new DueHeap();
    for (const [id, { wakesAtMs }] of this.#asleep) if (wakesAtMs !== undefined) this.#due.add(wakesAtMs, id);
  }
}
