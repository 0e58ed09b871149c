/** A room that fails in everything that its match tells it: the match goes on, ends as it would, and says so. */
import { describe, expect, it } from "vitest";
import type { Body } from "../../server/match/body.ts";
import { restored, settled, setUp } from "./live-setup.ts";

const fail = (): never => {
  throw new Error("the room that fails");
};

const failing: Body<string> = {
  takeInputs: fail,
  patch: fail,
  noRoom: fail,
  seatGone: fail,
  frozen: fail,
  unprotected: fail,
  over: fail,
  stopped: fail,
};

async function withFailingRoom(options: Parameters<typeof setUp>[0] = {}) {
  const made = await setUp(options);
  made.live.attachRoom(failing);
  return made;
}

describe("a room that throws", () => {
  it("[P5.14] after a record was applied does not fail the match, whose journal goes on", async () => {
    const { store, live, tick } = await withFailingRoom();
    await tick(3);
    live.match.leave("a");
    await tick(20);
    expect(live.lifecycle).toBe("running");
    expect(live.match.tick).toBe(23);
    expect(live.match.seat("a")).toBeUndefined();
    expect((await restored(store)).tick).toBe(23);
  });

  it("[P5] when the match freezes does not keep it from going on", async () => {
    const { store, live, tick } = await withFailingRoom();
    await tick();
    const open = store.stall();
    await tick(30);
    expect(live.frozen).toBe(true);
    open();
    await settled();
    await tick(3);
    expect(live.frozen).toBe(false);
    expect(live.match.tick).toBeGreaterThan(11);
  });

  it("[P5] at the end of the match does not keep the store from knowing it, once", async () => {
    const { store, live, tick } = await withFailingRoom({ overAt: 4 });
    await tick(8);
    expect(live.lifecycle).toBe("over");
    expect((await store.list())[0]).toMatchObject({ state: "over" });
  });

  it("[P5] when the match stops does not throw out of it", async () => {
    const { store, live, tick } = await withFailingRoom();
    await tick(2);
    await store.claim("m", "n2");
    await tick(3);
    expect(live.lifecycle).toBe("stopped");
  });

  it("[P7] is logged with its match, and not at every tick", async () => {
    const { tick, logged } = await withFailingRoom();
    await tick(200);
    const said = logged.filter((message) => message.includes("the room of a match failed"));
    expect(said.length).toBeGreaterThan(2);
    // takeInputs fails at every tick and patch at two of three: 8 doublings each.
    expect(said.length).toBeLessThanOrEqual(16);
  });
});
