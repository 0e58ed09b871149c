/**
 * That the two kinds of clocks cannot be mixed up where clocks are handed in. The compiler is the test: each line that
 * expects an error is one itself as soon as there is none.
 */
import { expect, test } from "vitest";
import { JoinQueue } from "../../server/fleet/join-queue.ts";
import { nowMs as steadyMs, unixMs } from "../../server/ops/clock.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import type { Later, SteadyMs, UnixMs } from "../../shared/clock.ts";

test("a clock that may step is not taken where durations are measured, nor the other way round", () => {
  const later: Later = () => {};
  const full = () => true;
  new JoinQueue({ nowMs: steadyMs, later, full });
  // @ts-expect-error a queue measures how long somebody waits
  new JoinQueue({ nowMs: unixMs, later, full });
  new LocalStore({ disk: new MemoryDisk(), nowMs: unixMs });
  // @ts-expect-error what is stored outlives the process
  new LocalStore({ disk: new MemoryDisk(), nowMs: steadyMs });
  const steady: SteadyMs = steadyMs();
  // @ts-expect-error a moment of this process says nothing to another one
  const unix: UnixMs = steady;
  // @ts-expect-error the time comes first, then what is done
  const turned: Later = (run: () => void, ms: number) => setTimeout(run, ms);
  expect([unix, turned]).toHaveLength(2);
});
