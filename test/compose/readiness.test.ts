/** When a process says that it takes no players, and why. */
import { expect, test } from "vitest";
import { notReady } from "../../server/compose/readiness.ts";

const away = (ms: number, why = "connect ECONNREFUSED") => ({ away: { ms, why } });
const ready = { stopping: false };

test("[P7.10] what is needed and does not answer for three seconds is the reason, a moment is none", () => {
  expect(notReady(ready, [undefined, {}, away(2999)])).toBeUndefined();
  expect(notReady(ready, [away(3000)])).toBe("Redis does not answer for 3 s: connect ECONNREFUSED");
});

test("the one that is away for longest says why", () => {
  expect(notReady(ready, [away(4000), away(9100, "it is a replica"), {}])).toBe(
    "Redis does not answer for 9 s: it is a replica",
  );
});

test("a process that stops, or whose matches cannot be written, says that first", () => {
  const trouble = new Error("appending failed");
  expect(notReady({ stopping: true, trouble }, [away(5000)])).toBe("stopping");
  expect(notReady({ stopping: false, trouble }, [away(5000)])).toBe("appending failed");
});
