/** The tutorial is true: its code is the file that is tested here, and that game lasts like any other. */
import { readFileSync } from "node:fs";
import { schema, t } from "@colyseus/schema";
import { describe, expect, it } from "vitest";
import { Committer } from "../../server/durability/committer.ts";
import { recoveryPlan } from "../../server/durability/recovery.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { MatchHost } from "../../server/match/host.ts";
import { restoredState } from "../../server/match/restore.ts";
import { Ticker } from "../../server/match/ticker.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { Returner } from "../games/returner.ts";
import { press } from "./tutorial-game.ts";

const limits = {
  seatGraceSeconds: 30,
  emptySeconds: 0,
  emptyPerUserMax: 0,
  emptyPerAddressMax: 0,
  seatsPerUserMax: 0,
  aloneSeconds: 0,
  commandsPerSecondMax: 1e9,
  commandBytesPerSecondMax: 1e9,
  spectatorsMax: 0,
  commandsPendingMax: 4,
  unackedTicksMax: 60,
  gateBytesMax: 1e6,
  snapshotEverySeconds: 5,
  snapshotEveryBytes: 1e6,
  matchesMax: 1,
};

/** A host without sockets and timers: the test ticks its match by hand. */
function setUp() {
  const store = new MemoryStore();
  const committer = new Committer({ store, later: (_, task) => setImmediate(task), onTrouble: () => {} });
  const nothing = () => {};
  const ticker = new Ticker({
    nowMs: () => 0,
    later: nothing,
    onLateness: nothing,
    onSlowed: nothing,
    afterSlot: nothing,
  });
  const host = new MatchHost<string>({
    node: "n",
    games: [press],
    ...{ store, committer, ticker, limits },
    nowMs: () => 0,
    unixMs: () => 0,
    seed: () => 1,
    log: nothing,
    deliver: nothing,
  });
  return { store, committer, host };
}

/** A game whose View breaks the rule: a player may carry nothing. */
const Carrier = schema({ carries: t.string() }, "Carrier");

describe("docs/writing-a-game.md", () => {
  it("gives a check that finds a field that is cleared while somebody is away, and nothing in its game", () => {
    const carrier = Object.assign(new Carrier(), { carries: "flag" });
    const seesCarrier = new Returner(carrier);
    carrier.carries = undefined as never;
    seesCarrier.patch({ isAway: true });
    expect(seesCarrier.comeBack()).toEqual({ held: { carries: "flag" }, fresh: {} });
    const [ada, ben] = [
      { name: "Ada", points: 1 },
      { name: "Ben", points: 2 },
    ];
    const world = { goal: 9, cheers: 0, players: { 0: ada, 1: ben } };
    const view = press.view.create();
    press.view.write(view, world);
    const seesPress = new Returner(view);
    press.view.write(view, { ...world, players: { 1: { ...ben, points: 3 } } });
    seesPress.patch({ isAway: true });
    const { held, fresh } = seesPress.comeBack();
    expect(held).toEqual(fresh);
  });

  it("shows the code that is tested here, to the letter", () => {
    const page = readFileSync(new URL("../../docs/writing-a-game.md", import.meta.url), "utf8");
    const code = readFileSync(new URL("./tutorial-game.ts", import.meta.url), "utf8");
    const [, body = ""] = code.split(/^\/\*\*.*\*\/\n/);
    expect(page).toContain(body.replaceAll("../../doors/game.ts", "holdfast/game").trim());
  });

  it("[P4] [P5] its game plays to its end, and its journal gives the same World", async () => {
    const { store, committer, host } = setUp();
    const opened = await host.open("m", press, { goal: 5 });
    if (!opened.ok) throw new Error(opened.detail);
    const { live } = opened;
    let seq = 0;
    let over = false;
    live.attachRoom({
      takeInputs: () => [{ seq: ++seq, pressed: seq % 2 } as { seq: number }],
      patch: () => {},
      seatGone: () => {},
      frozen: () => {},
      over: () => {
        over = true;
      },
      stopped: ({ message }) => {
        throw new Error(message);
      },
    });
    live.match.join({ sessionId: "a", userId: "a", name: "Ada", token: "t", spectate: false });
    const view = press.view.create();
    for (let i = 0; i < 40 && !over; i++) {
      live.tick();
      committer.flush();
      await new Promise<void>((resolve) => setImmediate(resolve));
      press.view.write(view, live.match.state.world as never);
      expect(press.view.read(view)).toEqual(press.view.of(live.match.state.world as never));
    }
    expect(live.match.outcome).toMatchObject({ reason: "goal", ranking: [[0]] });
    const stored = await store.load("m");
    const plan = recoveryPlan(stored);
    if (plan.kind !== "restore") throw new Error(plan.reason);
    const state = restoredState(press, JSON.parse(stored.entry.about), plan);
    expect(hashPlain(state.world)).toBe(hashPlain(live.match.state.world));
  });
});
