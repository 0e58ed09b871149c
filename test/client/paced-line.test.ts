/** Inputs on their way: ticks have one, and it does not wait long, whatever the line does. */
import { describe, expect, test } from "vitest";
import { pacedOver } from "./paced-line.ts";

const good = { delayMs: 20, jitterMs: 4, stalls: 0, stallMs: 0 };

describe("[P1.19] inputs", () => {
  test.each([0, 0.2, 0.5, 0.9])(
    "on a good line wait less than half a tick, sent at %d of a tick",
    (phase) => {
      const { missed, waitTicks } = pacedOver(good, { phase });
      expect(missed).toBeLessThan(0.002);
      expect(waitTicks).toBeLessThan(0.5);
    },
  );

  test.each([1, 2, 3])(
    "with 60 ms of jitter leave one tick in 200 without, and wait a tick at most (%d)",
    (seed) => {
      const { missed, waitTicks, waitingMost } = pacedOver({ ...good, jitterMs: 60 }, { seed, seconds: 300 });
      expect(missed).toBeLessThanOrEqual(0.005);
      expect(waitTicks).toBeLessThanOrEqual(1);
      expect(waitingMost).toBeLessThanOrEqual(2);
    },
  );

  test("wait little longer where the line stands still for 100 ms now and then", () => {
    const { waitTicks } = pacedOver({ ...good, jitterMs: 10, stalls: 1, stallMs: 100 });
    expect(waitTicks).toBeLessThan(0.5);
  });

  test("that a line held up for longer than a seat saves up are waited for less and less", () => {
    const { waitTicks } = pacedOver({ ...good, jitterMs: 10, stalls: 2, stallMs: 200 });
    expect(waitTicks).toBeLessThan(2);
    const unsteered = pacedOver({ ...good, jitterMs: 10, stalls: 2, stallMs: 200 }, { unsteered: true });
    expect(unsteered.waitTicks).toBeGreaterThan(3);
  });

  test.each([0.0001, -0.0001])("of a client whose clock is wrong by %d come as well", (drift) => {
    const { missed, waitTicks } = pacedOver({ ...good, jitterMs: 20 }, { drift });
    expect(missed).toBeLessThan(0.005);
    expect(waitTicks).toBeLessThan(1);
  });

  test("of a client that hears nothing are held by the server alone, and wait a little longer", () => {
    const { missed, waitTicks, waitingMost } = pacedOver({ ...good, jitterMs: 60 }, { unsteered: true });
    expect(missed).toBeLessThan(0.02);
    expect(waitTicks).toBeLessThan(2);
    expect(waitingMost).toBeLessThanOrEqual(2);
  });
});
