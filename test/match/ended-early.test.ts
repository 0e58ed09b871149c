/**
 * Matches that end although their game goes on: nobody is there any more, or all opponents have left. And what a seat
 * may put into the journal. All of it counted in ticks, journaled, and the same after a crash.
 */
import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { CommandBudget } from "../../server/match/command-budget.ts";
import { dueEnd, outcomeWhenEnded } from "../../server/match/ending.ts";
import type { EndedMatch } from "../../server/match/host.ts";
import type { MatchState } from "../../server/match/state.ts";
import type { MatchOrigin } from "../../shared/wire/booking.ts";
import { nodeOn } from "./host-setup.ts";
import { tally } from "./tally.ts";

const origin: MatchOrigin = { queue: "duel", region: "eu", teams: 3, teamSize: 1, backfill: true };
const aSecond = { limits: { emptySeconds: 1, aloneSeconds: 1 } };

const leave = (userId: string) => (userId === "a" ? "a" : `of ${userId}`);
const stateOf = (more: Partial<MatchState>): MatchState =>
  ({ tick: 100, world: {}, seats: [], refsReserved: 0, ...more }) as MatchState;
const seat = (seat: number | "spectator") => ({ seat }) as MatchState["seats"][number];
const limits = { emptyTicksMax: 50, aloneTicksMax: 50 };

describe("a match that nobody is in", () => {
  it("[P5.10] ends after its time, over a crash too, and its outcome says why", async () => {
    const store = new MemoryStore();
    const first = nodeOn(store, "n1", undefined, aSecond);
    const live = await first.open("m", 1);
    live.match.leave("a");
    await first.play(live, 20);
    expect(live.match.outcome).toBeUndefined();

    const second = nodeOn(store, "n2", undefined, aSecond);
    await second.restore("m");
    const restored = second.live("m");
    await second.play(restored, 11);
    expect(restored.match.tick).toBe(32);
    expect(restored.match.outcome).toBeUndefined();
    await second.play(restored, 3);
    expect(restored.match.outcome).toEqual({ ranking: [], players: [], reason: "empty" });
    expect(restored.lifecycle).toBe("over");
    expect((await store.find("m"))?.state).toBe("over");
  });

  it("ends also when nobody ever came; who only watches does not keep it", () => {
    expect(dueEnd(stateOf({ tick: 49 }), limits)).toBeUndefined();
    expect(dueEnd(stateOf({ tick: 50 }), limits)).toBe("empty");
    expect(dueEnd(stateOf({ seats: [seat("spectator")] }), limits)).toBe("empty");
    expect(dueEnd(stateOf({ lastLeftTick: 51 }), limits)).toBeUndefined();
  });

  it("goes on while somebody is on the way in, and ends when nobody came", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, aSecond);
    const live = await node.open("m", 1);
    live.match.leave("a");
    await node.play(live, 1);
    const ends = (expected: boolean) =>
      live.match.nextRecord(
        () => [],
        false,
        () => expected,
      ).events?.ends;
    await node.play(live, 29);
    expect(ends(true)).toBeUndefined();
    expect(live.match.tick).toBe(31);
    await node.play(live, 1);
    expect([ends(true), ends(false)]).toEqual([undefined, "empty"]);
  });

  it("goes on for as long as a seat is held, and for ever where the limit is none", () => {
    expect(dueEnd(stateOf({ seats: [seat(0)] }), limits)).toBeUndefined();
    expect(
      dueEnd(stateOf({ tick: 1e9 }), { ...limits, emptyTicksMax: Number.POSITIVE_INFINITY }),
    ).toBeUndefined();
  });
});

describe("a queue's match whose opponents have left", () => {
  it("[P5] ends for who stayed, who come first", async () => {
    const ends: EndedMatch[] = [];
    const settle = async (ended: EndedMatch) => void ends.push(ended);
    const node = nodeOn(new MemoryStore(), "n1", undefined, { ...aSecond, settle });
    const live = await node.open("m", 1, { origin });
    live.match.join({ sessionId: leave("b"), userId: "b", name: "b", token: "t", spectate: false });
    await node.play(live, 40);
    expect(live.match.outcome).toBeUndefined();
    live.match.leave("a");
    await node.play(live, 30);
    expect(live.match.outcome).toBeUndefined();
    await node.play(live, 3);
    const left = [{ seat: 0, name: "a" }];
    expect(live.match.outcome).toMatchObject({ ranking: [[1]], reason: "opponents-left", left });
    expect(ends[0]!.state.departed).toMatchObject([{ userId: "a", tick: 42 }]);
  });

  it("goes on while two sides are there, while a side waits for its first opponent, and where no queue made it", () => {
    const departed = [{ seat: 1, userId: "b", name: "b", tick: 10 }];
    const alone = { seats: [seat(0)], departed, lastLeftTick: 10 };
    expect(dueEnd(stateOf(alone), { ...limits, teamSize: 1 })).toBe("opponents-left");
    expect(
      dueEnd(stateOf({ ...alone, seats: [seat(0), seat(2)] }), { ...limits, teamSize: 1 }),
    ).toBeUndefined();
    expect(dueEnd(stateOf({ ...alone, departed: [] }), { ...limits, teamSize: 1 })).toBeUndefined();
    expect(dueEnd(stateOf(alone), { ...limits, teamSize: 2 })).toBeUndefined();
    expect(dueEnd(stateOf(alone), limits)).toBeUndefined();
    expect(dueEnd(stateOf({ ...alone, lastLeftTick: 60 }), { ...limits, teamSize: 1 })).toBeUndefined();
  });

  it("has no outcome of its own as long as it goes on", () => {
    expect(outcomeWhenEnded(stateOf({ seats: [seat(0)] }))).toBeUndefined();
  });
});

describe("what a seat may put into the journal", () => {
  const budget = () => new CommandBudget({ commandsPerSecondMax: 2, commandBytesPerSecondMax: 100 }, 30);
  const spent = (commands: CommandBudget, tick: number, payload: unknown, times: number, who = "a") =>
    Array.from({ length: times }, () => commands.spend(who, tick, payload)).filter(Boolean).length;

  it("[P6.4] is so many commands at once and so many a second, for each seat on its own", () => {
    const commands = budget();
    expect(spent(commands, 0, {}, 20)).toBe(6);
    expect(spent(commands, 0, {}, 20, "b")).toBe(6);
    expect(spent(commands, 30, {}, 20)).toBe(2);
    expect(spent(commands, 3000, {}, 20)).toBe(6);
  });

  it("[P6.4] is so many bytes of them", () => {
    const commands = budget();
    const long = { text: "x".repeat(140) };
    expect(spent(commands, 0, long, 5)).toBe(2);
    expect(spent(commands, 0, {}, 1)).toBe(1);
    expect(spent(commands, 45, long, 5)).toBe(1);
    expect(spent(commands, 45, { text: "x".repeat(1000) }, 5)).toBe(0);
  });

  it("[P6.4] is refused beyond it with command/too-many, and the match goes on", async () => {
    const limited = { limits: { commandsPerSecondMax: 1, commandBytesPerSecondMax: 1e6 } };
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    const live = await node.open("m", 1);
    const answers: unknown[] = [];
    for (let id = 1; id <= 5; id++) {
      const answer = live.match.command("a", { id, name: "say", payload: { text: "x" } });
      await node.play(live, 1);
      answers.push(await answer);
    }
    const tooMany = { ok: false, reason: "command/too-many" };
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }, tooMany, tooMany]);
    expect(live.lifecycle).toBe("running");
  });
});

describe("matches that somebody made and nobody is in", () => {
  const limited = { limits: { emptyPerUserMax: 2, emptyPerAddressMax: 3 } };
  const made = async (node: ReturnType<typeof nodeOn>, id: string, userId: string, address?: string) => {
    const opened = await node.host.open(id, tally, {}, { maker: { userId, ...(address && { address }) } });
    return opened.ok ? "made" : opened.code;
  };

  it("[P6] are so many of one user, and so many of one address, and others still make theirs", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    expect(await made(node, "1", "a", "x")).toBe("made");
    expect(await made(node, "2", "a", "y")).toBe("made");
    expect(await made(node, "3", "a", "z")).toBe("match/too-many-yours");
    expect(await made(node, "4", "b", "x")).toBe("made");
    expect(await made(node, "5", "c", "x")).toBe("made");
    expect(await made(node, "6", "d", "x")).toBe("match/too-many-yours");
    expect(await made(node, "7", "d", "w")).toBe("made");
    expect(await made(node, "8", "d")).toBe("made");
    expect(node.host.all()).toHaveLength(6);
  });

  const sits = async (node: ReturnType<typeof nodeOn>, id: string, userId: string) => {
    const live = node.live(id);
    live.match.join({ sessionId: userId, userId, name: userId, token: "t", spectate: false });
    await node.play(live, 1);
    return live;
  };

  it("[P6.13] are no fewer for a maker who sits in them, or sat and was cut off", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    await made(node, "1", "a");
    await made(node, "2", "a");
    await sits(node, "1", "a");
    const second = await sits(node, "2", "a");
    expect(await made(node, "3", "a")).toBe("match/too-many-yours");
    second.match.drop("a");
    await node.play(second, 1);
    expect(await made(node, "4", "a")).toBe("match/too-many-yours");
  });

  it("[P6.13] no longer are their maker's once somebody else has played there", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    await made(node, "1", "a");
    await made(node, "2", "a");
    const live = await sits(node, "2", "b");
    live.match.leave("b");
    await node.play(live, 1);
    expect(live.match.state.seats).toEqual([]);
    expect(await made(node, "3", "a")).toBe("made");
    live.match.join({ sessionId: "s", userId: "c", name: "c", token: "t", spectate: true });
    await node.play(live, 1);
    expect(await made(node, "4", "a")).toBe("match/too-many-yours");
  });

  it("[P6.13] are their address's while nobody is connected there", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    for (const user of ["a", "b", "c"]) {
      await made(node, user, user, "x");
      const live = await sits(node, user, user);
      live.match.drop(user);
      await node.play(live, 1);
    }
    expect(await made(node, "4", "d", "x")).toBe("match/too-many-yours");
    const back = node.live("c").match.comeBack("c");
    await node.play(node.live("c"), 1);
    await back;
    expect(await made(node, "5", "d", "x")).toBe("made");
  });

  it("[P6.13] count to their maker for an hour when they sleep, and are theirs again when they wake", async () => {
    let nowMs = 0;
    const store = new MemoryStore();
    const node = nodeOn(store, "n1", undefined, { ...limited, nowMs: () => nowMs });
    const sleeps = async (id: string, userId: string) => {
      const live = await sits(node, id, userId);
      await store.sleep({ id, epoch: live.epoch, asleep: { shown: "{}" } });
      node.host.fellAsleep(live);
      node.host.forget(live);
    };
    for (const id of ["1", "2"]) {
      await made(node, id, "a");
      await sleeps(id, "a");
    }
    expect(node.host.all()).toEqual([]);
    expect(await made(node, "3", "a")).toBe("match/too-many-yours");
    expect(await made(node, "4", "b")).toBe("made");
    nowMs += 3_599_999;
    expect(await node.restore("1")).toEqual({ kind: "restored" });
    expect(await made(node, "5", "a")).toBe("match/too-many-yours");
    nowMs += 1;
    expect(await made(node, "5", "a")).toBe("made");
    expect(await made(node, "6", "a")).toBe("match/too-many-yours");
    // One that somebody else has been in sleeps for free.
    await sleeps("5", "b");
    expect(await made(node, "6", "a")).toBe("made");
    expect(await made(node, "7", "a")).toBe("match/too-many-yours");
  });

  it("[P6.13] are many of one address when each maker plays alone, and never the whole process", async () => {
    const limits = { emptyPerUserMax: 2, emptyPerAddressMax: 1, matchesMax: 100 };
    const node = nodeOn(new MemoryStore(), "n1", undefined, { limits });
    for (let at = 0; at < 8; at++) {
      expect(await made(node, `m${at}`, `u${at}`, "x")).toBe("made");
      await sits(node, `m${at}`, `u${at}`);
    }
    expect(await made(node, "more", "u8", "x")).toBe("match/too-many-yours");
    await sits(node, "m0", "somebody else");
    expect(await made(node, "more", "u8", "x")).toBe("made");
  });

  it("[P6.13] are refused to a user who has as many places as one may have, and the process goes on", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, { limits: { seatsPerUserMax: 2 } });
    await made(node, "1", "b");
    await made(node, "2", "b");
    await sits(node, "1", "a");
    expect(node.host.placesFull("a")).toBeUndefined();
    node.live("2").match.join({ sessionId: "s", userId: "a", name: "a", token: "t", spectate: true });
    expect(node.host.placesFull("a")).toBe("you have 2 places in matches of this server");
    expect(await made(node, "3", "a")).toBe("seat/too-many-yours");
    expect(await made(node, "3", "c")).toBe("made");
  });

  it("count only as long as nobody is in them", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, limited);
    await made(node, "1", "a");
    await made(node, "2", "a");
    const live = node.live("1");
    live.match.join({ sessionId: "s", userId: "b", name: "b", token: "t", spectate: false });
    await node.play(live, 1);
    expect(await made(node, "3", "a")).toBe("made");
  });

  it("[P6] never are more than the process runs, also when they are asked for in the same moment", async () => {
    const node = nodeOn(new MemoryStore(), "n1", undefined, { limits: { matchesMax: 3 } });
    const asked = Array.from({ length: 8 }, (_, at) => made(node, `m${at}`, `u${at}`));
    expect((await Promise.all(asked)).filter((each) => each === "made")).toHaveLength(3);
    expect(node.host.all()).toHaveLength(3);
  });
});
