/** The queue of what is due, against the plain way to do it: keep all in order, and take from the front. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DueHeap } from "../../server/durability/due-heap.ts";

/** A number is added as due then; `null` takes the first. Few different times, so that many are due at one. */
const doings = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: null, freq: 3 }), { maxLength: 60 });

test("[P4] whatever is added and taken in between, the earliest is first, and of those at one time the one added first", () => {
  fc.assert(
    fc.property(doings, (all) => {
      const heap = new DueHeap<number>();
      const plain: { dueMs: number; item: number }[] = [];
      for (const [item, dueMs] of all.entries()) {
        if (dueMs === null) expect(heap.takeFirst()?.item).toBe(plain.shift()?.item);
        else {
          heap.add(dueMs, item);
          const behind = plain.findIndex((each) => each.dueMs > dueMs);
          plain.splice(behind === -1 ? plain.length : behind, 0, { dueMs, item });
        }
        expect([heap.size, heap.firstMs]).toEqual([plain.length, plain[0]?.dueMs]);
      }
      expect(heap.takeUntil(4).map(({ item }) => item)).toEqual(
        plain.filter(({ dueMs }) => dueMs <= 4).map(({ item }) => item),
      );
    }),
  );
});
