/**
 * A match that a queue made, from its first seat to its end: whose the seats are, who left it, and that its end is
 * told to whoever counts it, until both he and the store have it.
 */
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { Finish, type FinishParts } from "../../server/match/finish.ts";
import type { EndedMatch } from "../../server/match/host.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { StoreError } from "../../server/store-error.ts";
import type { Outcome } from "../../shared/game/game.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { nodeOn } from "./host-setup.ts";
import { settled } from "./live-setup.ts";

const origin: MatchOrigin = { queue: "duel", region: "eu", teams: 3, teamSize: 1, backfill: true };
const outcome: Outcome = { ranking: [], players: [], reason: "time" };

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
  const parts = (more: Partial<FinishParts> = {}) => {
    const told: string[] = [];
    const given: FinishParts = {
      ...{ id: "m", epoch: 1 },
      store: {
        finish: async () => {
          told.push("stored");
          return { ok: true };
        },
      },
      settle: async () => void told.push("settled"),
      onKept: () => told.push("kept"),
      onRefused: (code) => told.push(`refused ${code}`),
      log: (message) => told.push(message),
    };
    return { told, finish: new Finish({ ...given, ...more }) };
  };
  const trying = "the end of a match could not be stored; trying again";

  it("is told to whoever counts it, then to the store, once for all the ticks that ask", async () => {
    const { told, finish } = parts();
    for (let tick = 0; tick < 3; tick++) finish.write(outcome);
    await settled();
    finish.write(outcome);
    await settled();
    expect(told).toEqual(["settled", "stored", "kept"]);
  });

  it("[P7] is not stored before it is counted: a count that fails is tried until it does not, and logged once", async () => {
    let failures = 3;
    const { told, finish } = parts({
      settle: async () => {
        if (failures-- > 0) throw new StoreError("store/unavailable", "no answer");
        told.push("settled");
      },
    });
    for (let tick = 0; tick < 6; tick++) {
      finish.write(outcome);
      await settled();
    }
    expect(told).toEqual([trying, "settled", "stored", "kept"]);
  });

  it("is told again when the store failed behind it", async () => {
    let failures = 1;
    const { told, finish } = parts({
      store: {
        finish: async () => {
          if (failures-- > 0) throw new StoreError("store/unavailable", "no answer");
          return { ok: true };
        },
      },
    });
    for (let tick = 0; tick < 3; tick++) {
      finish.write(outcome);
      await settled();
    }
    expect(told).toEqual(["settled", trying, "settled", "kept"]);
  });

  it("[P3.9] that the store refuses is another owner's to tell", async () => {
    const { told, finish } = parts({
      store: { finish: async () => ({ ok: false, code: "fence/stale-epoch" }) },
    });
    finish.write(outcome);
    await settled();
    expect(told).toEqual(["settled", "refused fence/stale-epoch"]);
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
    expect(ends[0]).toMatchObject({ id: "m", origin, outcome: { reason: "time" } });
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
