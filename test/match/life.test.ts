/**
 * The machine of a match's life (server/match/life/next.ts): its table, state by state and event by event, and what
 * the table leaves out. What holds whatever happens, in whatever order, is in life-laws.test.ts.
 */
import { describe, expect, test } from "vitest";
import {
  isFrozen,
  type Life,
  type LifeEvent,
  type LifeLimits,
  lifecycleOf,
  newLife,
} from "../../server/match/life/life.ts";
import { nextLife } from "../../server/match/life/next.ts";
import { available, type EventName, events, type StateName, states, strict, told } from "./life-rows.ts";
import { table } from "./life-table.ts";

const stateNames = Object.keys(states) as StateName[];
const eventNames = Object.keys(events) as EventName[];
const follows = (life: Life, event: LifeEvent, limits = strict) => told(life, nextLife(life, event, limits));

describe("the table", () => {
  /** A kind that is added to a union must be added here, and then it needs its rows. */
  const stateKinds = {
    ...{ running: true, frozen: true, unprotected: true, mending: true },
    ...{ "handing-off": true, finishing: true, over: true, stopped: true },
  } satisfies Record<Life["kind"], true>;
  const eventKinds = {
    ...{ "tick-due": true, ticked: true, broke: true, durable: true, "append-refused": true },
    ...{ "snapshot-kept": true, "snapshot-failed": true, "snapshot-refused": true, "park-asked": true },
    ...{ "hand-over-asked": true, resumed: true, "handed-over": true, "declared-lost": true },
    ...{ settled: true, "end-kept": true, "end-failed": true, "end-refused": true },
  } satisfies Record<LifeEvent["kind"], true>;

  test("has every state and every event of the two unions", () => {
    const kindsOf = (all: object) => new Set(Object.values(all).map(({ kind }) => kind));
    expect(kindsOf(states)).toEqual(new Set(Object.keys(stateKinds)));
    expect(kindsOf(events)).toEqual(new Set(Object.keys(eventKinds)));
    expect(Object.keys(table)).toEqual(stateNames);
  });

  test.each(stateNames)("%s: says of every event, once, what follows", (state) => {
    const { nothing, ...rows } = table[state];
    expect([...Object.keys(rows), ...nothing].toSorted()).toEqual(eventNames.toSorted());
  });

  test.each(stateNames)("%s: what follows from each of them", (state) => {
    const found = eventNames.map((event) => [event, follows(states[state], events[event])]);
    const expected = eventNames.map((event) => [event, table[state][event] ?? "nothing"]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });
});

describe("what the table leaves out", () => {
  const { running, frozen, mending } = states;
  const whole = states["running, whole"];
  const draining = states["finishing, draining"];
  const waiting = states["unprotected, waiting"];
  const trying = states["unprotected, snapshot"];
  const catchingUp = states["unprotected, catching-up"];
  const behind = { ...running, durableTick: 20 };
  const due = { ...running, keptTick: 11 };
  const taken = { ...running, snapshot: { kind: "waiting", tick: 29 } } as const;
  const onItsWay = { snapshot: { kind: "writing", tick: 25 } } as const;
  const writingNow = { snapshot: { kind: "writing", tick: 30 } } as const;
  const asked = states["mending, asked"];
  const plays = "forget-journal, drop-snapshot, open-gate, tell unprotected";

  test.each<[what: string, Life, LifeEvent, followed: string, LifeLimits?]>([
    ["[P6.2] too many ticks are not durable", behind, events["tick due"], "frozen: tell frozen"],
    [
      "frozen, and the store has caught up",
      { ...frozen, durableTick: 21 },
      events["tick due"],
      "running: tell resumed, tick append",
    ],
    [
      "available: too many ticks are not durable",
      behind,
      events["tick due"],
      `unprotected, waiting: ${plays}, tick drop`,
      available,
    ],
    [
      "available: the gate is too full",
      running,
      events["tick due, gate too full"],
      `unprotected, waiting: ${plays}, tick drop and patch`,
      available,
    ],
    ["available: the store lost records", running, events.lost, `unprotected, waiting: ${plays}`, available],
    [
      "available: it lost those of the end",
      draining,
      events.lost,
      `over, unprotected, waiting: ${plays}`,
      available,
    ],
    [
      "available: it lost those of a match that moves",
      states["handing-off, draining"],
      events.lost,
      `unprotected, waiting: hand-over-failed is unprotected, ${plays}`,
      available,
    ],
    [
      "a snapshot is due for its ticks",
      due,
      events.ticked,
      "running, tick 31, snapshot 31 waiting: take-snapshot",
    ],
    [
      "a snapshot is due for its bytes",
      { ...running, bytesSince: 4990 },
      events.ticked,
      "running, tick 31, snapshot 31 waiting: take-snapshot",
    ],
    ["a snapshot failed a moment ago", { ...due, retryAtTick: 60 }, events.ticked, "running, tick 31"],
    ["a snapshot is under way", { ...due, ...onItsWay }, events.ticked, "running, tick 31"],
    [
      "a snapshot is due with the last tick",
      due,
      events["ticked, over"],
      "finishing, draining, tick 31, snapshot 31 waiting: take-snapshot, flush",
    ],
    [
      "[P2.1] a snapshot's tick is durable",
      taken,
      events["durable in part"],
      "running, durable 29, snapshot 29 writing: release 29, write-snapshot",
    ],
    ["[P2.1] a snapshot's tick is not", taken, { kind: "durable", tick: 28 }, "running: release 28"],
    [
      "the store answers for a snapshot",
      { ...running, ...onItsWay },
      events["older snapshot kept"],
      "running, kept 25, no snapshot under way",
    ],
    [
      "a planned stop, and one of now is on its way",
      { ...whole, ...writingNow },
      events["park asked"],
      "nothing",
    ],
    ["a planned stop, and one of now is kept", { ...whole, keptTick: 30 }, events["park asked"], "nothing"],
    [
      "a move, and a snapshot of now is on its way",
      { ...whole, ...writingNow },
      events["hand over asked"],
      "handing-off a running, keeping: flush",
    ],
    [
      "a move, and a snapshot waits",
      taken,
      events["hand over asked"],
      "handing-off a running, draining, no snapshot under way: flush, drop-snapshot",
    ],
    [
      "a move of a frozen match fails",
      { ...states["handing-off, keeping"], before: "frozen" },
      events["snapshot failed"],
      "frozen, retryAt 60, no snapshot under way: hand-over-failed stays here: the snapshot to move it with was not kept",
    ],
    [
      "a move of a frozen match is called off",
      { ...states["handing-off, kept"], before: "frozen" },
      events.resumed,
      "frozen",
    ],
    [
      "unprotected, its turn has come",
      { ...waiting, regain: { kind: "waiting", turns: 29 } },
      events["tick due"],
      "unprotected, snapshot, snapshot 30 writing: keep-snapshot, tick hold",
      available,
    ],
    [
      "unprotected and over, its turn has come",
      { ...waiting, over: true, regain: { kind: "waiting", turns: 29 } },
      events["tick due"],
      "over, unprotected, snapshot, snapshot 30 writing: keep-snapshot",
      available,
    ],
    [
      "[P6] too many records wait behind a snapshot",
      { ...trying, regain: { kind: "snapshot", tick: 20 } },
      events["tick due"],
      "unprotected, waiting: drop-held, tick drop",
      available,
    ],
    [
      "[P2.8] the snapshot is kept, and records wait behind it",
      { ...trying, regain: { kind: "snapshot", tick: 25 } },
      events["older snapshot kept"],
      "unprotected, catching-up, kept 25: close-gate 25, append-held, flush",
      available,
    ],
    [
      "unprotected, a planned stop with records behind a snapshot",
      { ...trying, ...onItsWay, regain: { kind: "snapshot", tick: 25 } },
      events["park asked"],
      "unprotected, snapshot, snapshot 30 writing: drop-held, keep-snapshot",
      available,
    ],
    [
      "unprotected, behind again before it has caught up",
      { ...catchingUp, durableTick: 20 },
      events["tick due"],
      "unprotected, waiting: forget-journal, drop-snapshot, open-gate, tick drop",
      available,
    ],
    [
      "over and unprotected, it is whole again",
      { ...catchingUp, over: true },
      events.durable,
      "finishing, draining, durable 30: release 30, tell protected",
      available,
    ],
    [
      "over and unprotected, it does not tick",
      { ...catchingUp, over: true },
      events["tick due, gate too full"],
      "nothing",
    ],
    [
      "over and unprotected, a late refusal",
      { ...waiting, over: true },
      events["fenced, but covered"],
      "nothing",
    ],
    [
      "mending, a snapshot of before is on its way",
      { ...mending, ...onItsWay },
      events["tick due"],
      "nothing",
    ],
    [
      "mending a frozen match",
      { ...asked, before: "frozen" },
      events["snapshot kept"],
      "frozen, durable 30, kept 30, no snapshot under way: release 30",
    ],
    [
      "mending a match that is over",
      { ...asked, before: "finishing" },
      events["snapshot kept"],
      "finishing, draining, durable 30, kept 30, no snapshot under way: release 30",
    ],
    [
      "mending a match that is over, a late refusal",
      { ...asked, before: "finishing" },
      events["fenced, but covered"],
      "nothing",
    ],
    [
      "the end, all of it durable",
      { ...draining, durableTick: 30 },
      events["tick due"],
      "finishing, settling: settle",
    ],
    [
      "the end failed as it did before",
      { ...states["finishing, storing"], trouble: "away" },
      events["end failed"],
      "finishing, draining",
    ],
  ])("%s", (_what, life, event, followed, limits) => {
    expect(follows(life, event, limits)).toBe(followed);
  });

  test("a match begins where it stands, or at its end", () => {
    expect([newLife(7, false), newLife(7, true)].map(lifecycleOf)).toEqual(["running", "finishing"]);
    expect(isFrozen({ ...mending, before: "frozen" })).toBe(true);
    expect(isFrozen(mending)).toBe(false);
  });
});
