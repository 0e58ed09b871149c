/**
 * A match that a queue made, from its first seat to its end: whose the seats are, who left it, and that its end is
 * told to the part that counts it, until both they and the store have it.
 */
import { describe, expect, it } from "vitest";
import type { Store } from "../../server/durability/store.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import type { EndedMatch } from "../../server/match/host.ts";
import { LiveMatch } from "../../server/match/live-match.ts";
import { newMatchState } from "../../server/match/state.ts";
import { StoreError } from "../../server/store-error.ts";
import type { Outcome } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { nodeOn } from "./host-setup.ts";
import { limits, settled } from "./live-setup.ts";
import { type TallyWorld, tally } from "./tally.ts";

const origin: MatchOrigin = { queue: "duel", region: "eu", teams: 3, teamSize: 1, backfill: true };

const join = (live: LiveMatch<string>, userId: string, more: { seat?: number; spectate?: boolean } = {}) =>
  live.match.join({ sessionId: `of ${userId}`, userId, name: userId, token: "t", spectate: false, ...more });

const seatsOf = (live: LiveMatch<string>) =>
  live.match.state.seats.map(({ userId, seat }) => `${userId} ${seat}`);

/** A queue's match at tick 1, in which the user a has seat 0. */
async function opened(store = new MemoryStore()) {
  const node = nodeOn(store, "n1");
  const live = await node.open("m", 1, { origin });
  return { store, node, live };
}

describe("seats", () => {
  it("a booked seat is taken whatever others are free, and refused when it is not", async () => {
    const { node, live } = await opened();
    expect(join(live, "b", { seat: 2 })).toMatchObject({ ok: true, seat: 2 });
    expect(join(live, "c", { seat: 2 })).toEqual({ ok: false, reason: "seat/full" });
    expect(join(live, "c", { seat: 0 })).toEqual({ ok: false, reason: "seat/full" });
    expect(join(live, "c", { seat: 3 })).toEqual({ ok: false, reason: "seat/full" });
    expect(live.match.freeSeats()).toEqual([1]);
    await node.play(live, 1);
    expect(seatsOf(live)).toEqual(["a 0", "b 2"]);
  });

  it("a user has one, also when the first is only on its way; a place to watch is beside it", async () => {
    const { node, live } = await opened();
    expect(join(live, "a")).toEqual({ ok: false, reason: "seat/already-yours" });
    expect(join(live, "b")).toMatchObject({ ok: true });
    expect(join(live, "b")).toEqual({ ok: false, reason: "seat/already-yours" });
    expect(join(live, "a", { spectate: true })).toMatchObject({ ok: true, seat: "spectator" });
    live.match.leave("a");
    expect(join(live, "a")).toMatchObject({ ok: true, seat: 0 });
    await node.play(live, 1);
    expect(seatsOf(live)).toEqual(["b 1", "a spectator", "a 0"]);
  });
});

describe("who left a match that a queue made", () => {
  it("[P5] is remembered: by the journal alone, and by a snapshot", async () => {
    const { store, node, live } = await opened();
    join(live, "b");
    join(live, "w", { spectate: true });
    await node.play(live, 1);
    for (const user of ["of b", "of w"]) live.match.leave(user);
    await node.play(live, 1);
    const departed = [{ seat: 1, userId: "b", name: "b", tick: 3 }];
    expect(live.match.state.departed).toEqual(departed);

    const second = nodeOn(store, "n2");
    expect(await second.restore("m")).toEqual({ kind: "restored" });
    const byJournal = second.live("m");
    expect(byJournal.match.state.departed).toEqual(departed);
    await byJournal.handOver();
    byJournal.giveUp();

    const third = nodeOn(store, "n3");
    expect(await third.restore("m")).toEqual({ kind: "restored" });
    expect(third.live("m").match.state.departed).toEqual(departed);
    expect(third.host.originOf("m")).toEqual(origin);
  });

  it("[P6] is forgotten when too many have left since; nobody is remembered where no queue asks", async () => {
    const { node, live } = await opened();
    for (let user = 0; user < 70; user++) {
      join(live, `u${user}`);
      await node.play(live, 1);
      live.match.leave(`of u${user}`);
    }
    await node.play(live, 1);
    expect(live.match.state.departed).toHaveLength(64);
    expect(live.match.state.departed!.at(-1)!.userId).toBe("u69");
    const free = await nodeOn(new MemoryStore(), "n1").open("m", 1);
    expect(free.match.state).not.toHaveProperty("departed");
  });
});

describe("the end", () => {
  const never = () => Promise.reject(new Error("asked"));
  const nothing = () => {};
  const silent = { tickRan: nothing, gateDelay: nothing, recordBytes: nothing, snapshotTaken: nothing };
  /** A match whose World is over, as it is after its last tick. */
  const atItsEnd = (
    more: { finish?: Store["finish"]; settle?: (outcome: Outcome) => Promise<void> } = {},
  ) => {
    const told: string[] = [];
    const stored: Store["finish"] = async () => {
      told.push("stored");
      return { ok: true };
    };
    const state = newMatchState(tally, 7, { overAt: 1 });
    (state.world as TallyWorld).tick = 1;
    const live = new LiveMatch<string>({
      ...{ id: "m", epoch: 1, game: tally, state, limits },
      store: { finish: more.finish ?? stored, snapshot: never, setAside: never },
      committer: { append: nothing, flush: nothing, forget: nothing },
      metrics: {
        ...silent,
        framesSent: nothing,
        inputDropped: nothing,
        askCalled: nothing,
        askEnded: nothing,
      },
      ...{ nowMs: () => 0, log: (message) => told.push(message), deliver: nothing },
      settle: more.settle ?? (async () => void told.push("settled")),
    });
    live.attachRoom({
      ...{ takeInputs: () => [], patch: () => undefined, seatGone: nothing, frozen: nothing },
      over: () => told.push("kept"),
      stopped: ({ code }) => told.push(`refused ${code}`),
    });
    return { told, live };
  };
  const trying = "the end of a match could not be stored; trying again";

  it("is told to the part that counts it, then to the store, once for all the ticks that ask", async () => {
    const { told, live } = atItsEnd();
    for (let tick = 0; tick < 3; tick++) live.tick();
    await settled();
    live.tick();
    await settled();
    expect(told).toEqual(["settled", "stored", "kept"]);
  });

  it("[P7] is not stored before it is counted: a count that fails is tried until it does not, and logged once", async () => {
    let failures = 3;
    const { told, live } = atItsEnd({
      settle: async () => {
        if (failures-- > 0) throw new StoreError("store/unavailable", "no answer");
        told.push("settled");
      },
    });
    for (let tick = 0; tick < 6; tick++) {
      live.tick();
      await settled();
    }
    expect(told).toEqual([trying, "settled", "stored", "kept"]);
  });

  it("is told again when the store failed behind it", async () => {
    let failures = 1;
    const { told, live } = atItsEnd({
      finish: async () => {
        if (failures-- > 0) throw new StoreError("store/unavailable", "no answer");
        return { ok: true };
      },
    });
    for (let tick = 0; tick < 3; tick++) {
      live.tick();
      await settled();
    }
    expect(told).toEqual(["settled", trying, "settled", "kept"]);
  });

  it("[P3.9] that the store refuses is another owner's to tell", async () => {
    const { told, live } = atItsEnd({
      finish: async () => ({ ok: false, code: "fence/stale-epoch" }),
    });
    live.tick();
    await settled();
    expect(told).toEqual(["settled", "refused fence/stale-epoch"]);
  });

  it("[P3.9] that an owner was telling when it was declared lost goes no further", async () => {
    const counted = Promise.withResolvers<void>();
    const { told, live } = atItsEnd({ settle: () => counted.promise });
    live.tick();
    live.fence();
    counted.resolve();
    await settled();
    live.tick();
    await settled();
    expect(told).toEqual(["refused fleet/declared-lost"]);
  });

  it("[P5] of a match whose node died before it was counted is told by the next owner, with who was there", async () => {
    const store = new MemoryStore();
    const ends: EndedMatch[] = [];
    const dying = nodeOn(store, "n1", undefined, { settle: () => new Promise(() => {}) });
    const live = await dying.open("m", 1, { origin, options: { overAt: 4 } });
    join(live, "b");
    await dying.play(live, 1);
    live.match.leave("of b");
    await dying.play(live, 6);
    expect((await store.find("m"))!.state).toBe("running");

    const next = nodeOn(store, "n2", undefined, { settle: async (ended) => void ends.push(ended) });
    expect(await next.restore("m")).toEqual({ kind: "restored" });
    const restored = next.live("m");
    await next.play(restored, 3);
    expect(ends).toHaveLength(1);
    const left = [{ seat: 1, name: "b" }];
    expect(ends[0]).toMatchObject({ id: "m", origin, outcome: { reason: "time", left } });
    expect(ends[0]!.state.seats.map(({ userId }) => userId)).toEqual(["a"]);
    expect(ends[0]!.state.departed).toEqual([{ seat: 1, userId: "b", name: "b", tick: 3 }]);
    expect((await store.find("m"))!.state).toBe("over");
    expect(await nodeOn(store, "n3").restore("m")).not.toEqual({ kind: "restored" });
  });

  it("of a match that no queue made is nobody's to count", async () => {
    const store = new MemoryStore();
    const node = nodeOn(store, "n1", undefined, { settle: () => Promise.reject(new Error("asked")) });
    const live = await node.open("m", 5, { options: { overAt: 2 } });
    await node.play(live, 2);
    expect((await store.find("m"))!.state).toBe("over");
  });
});
