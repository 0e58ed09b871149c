/** The gate alone: what passes, what waits, in which order, and what happens when it is full. */
import { describe, expect, it } from "vitest";
import { Gate } from "../../server/durability/gate.ts";

function gateWith(options: { durableTick?: number; bytesMax?: number; open?: boolean } = {}) {
  const out: string[] = [];
  const gate = new Gate<string>({
    deliver: (frame) => out.push(frame),
    bytesMax: options.bytesMax ?? 1000,
    durableTick: options.durableTick ?? 0,
    open: options.open ?? false,
  });
  return { gate, out };
}

describe("gate", () => {
  it("[P2.1] a frame leaves when its tick is durable and not before", () => {
    const { gate, out } = gateWith();
    gate.pass(1, "one", 3);
    gate.pass(2, "two", 3);
    expect(out).toEqual([]);
    gate.release(1);
    expect(out).toEqual(["one"]);
    gate.release(2);
    expect(out).toEqual(["one", "two"]);
  });

  it("[P2] what is durable already passes at once", () => {
    const { gate, out } = gateWith({ durableTick: 7 });
    gate.pass(7, "seven", 5);
    expect(out).toEqual(["seven"]);
  });

  it("[P2.2] a durable frame does not overtake one that waits", () => {
    const { gate, out } = gateWith({ durableTick: 7 });
    gate.pass(8, "eight", 5);
    gate.pass(8, "also eight", 5);
    expect(out).toEqual([]);
    gate.release(8);
    expect(out).toEqual(["eight", "also eight"]);
  });

  it("[P6] a full gate refuses the frame and counts what it holds", () => {
    const { gate, out } = gateWith({ bytesMax: 10 });
    expect(gate.pass(1, "six", 6)).toBe(true);
    expect(gate.pass(1, "five", 5)).toBe(false);
    expect(gate.heldBytes).toBe(6);
    gate.release(1);
    expect(out).toEqual(["six"]);
    expect(gate.heldBytes).toBe(0);
  });

  it("[P2.5] a store slower than a tick delays frames and starves none: each durable tick lets its own frames out", () => {
    const { gate, out } = gateWith({ bytesMax: 1e9 });
    for (let tick = 1; tick <= 5000; tick++) {
      gate.pass(tick, `${tick}`, 1);
      if (tick > 30) gate.release(tick - 30);
    }
    expect(out).toEqual(Array.from({ length: 4970 }, (_, index) => `${index + 1}`));
    expect(gate.heldFrames).toBe(30);
  });

  it("[P3.4] a dropped gate lets nothing out any more of what it held", () => {
    const { gate, out } = gateWith();
    gate.pass(1, "one", 3);
    gate.drop();
    gate.release(1);
    expect(out).toEqual([]);
  });

  it("sabotage: an open gate lets out what is not durable, and the tests above would see it", () => {
    const { gate, out } = gateWith({ open: true });
    gate.pass(1, "one", 3);
    expect(out).toEqual(["one"]);
  });
});
