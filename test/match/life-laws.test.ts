/**
 * What holds in the life of a match whatever happens, in whatever order: the machine is given events at random, and
 * what it wants done is kept in a book that knows nothing of its states.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Life,
  type LifeEffect,
  type LifeEvent,
  type LifeLimits,
  newLife,
} from "../../server/match/life/life.ts";
import { nextLife } from "../../server/match/life/next.ts";
import { available, strict } from "./life-rows.ts";

type Kind = LifeEvent["kind"];

/** An event of `kind` that fits the moment, more or less. */
function eventOf(kind: Kind, tick: number, chance: number): LifeEvent {
  const code = chance % 3 === 0 ? "fence/stale-epoch" : "store/lost-acknowledged";
  const near = Math.max(0, tick - (chance % 5));
  switch (kind) {
    case "tick-due":
      return { kind, heldBytes: chance % 7 === 0 ? 600 : 0, patch: chance % 2 === 0 };
    case "ticked":
      return { kind, bytes: chance, over: chance % 11 === 0 };
    case "broke":
      return { kind, untilTick: tick + 1, why: "stopped" };
    case "append-refused":
      return { kind, tick: near, code };
    case "durable":
    case "snapshot-kept":
    case "snapshot-failed":
      return { kind, tick: near };
    case "snapshot-refused":
      return { kind, tick: near, code: "fence/stale-epoch" };
    case "end-failed":
      return { kind, error: new Error("away") };
    case "end-refused":
      return { kind, code: "fence/stale-epoch" };
    default:
      return { kind };
  }
}

/** What was done so far. */
class Book {
  readonly #told: string[] = [];
  #tick = 0;
  #keptTick = 0;
  #acknowledged = 0;
  #isAsked = false;

  event(event: LifeEvent): void {
    if (event.kind === "durable" || event.kind === "snapshot-kept")
      this.#acknowledged = Math.max(this.#acknowledged, event.tick);
    if (event.kind === "snapshot-kept") this.#keptTick = Math.max(this.#keptTick, event.tick);
    if (event.kind === "settled" || event.kind.startsWith("end-")) this.#isAsked = false;
  }

  did(effect: LifeEffect, before: Life, after: Life): void {
    switch (effect.kind) {
      case "tick":
        this.#tick += 1;
        expect(["running", "unprotected"], "who ticks").toContain(after.kind);
        if (effect.record !== "append") expect(after.kind, "who leaves a record out").toBe("unprotected");
        break;
      case "release":
        expect(effect.tick, "[P2] released").toBeLessThanOrEqual(this.#acknowledged);
        break;
      case "write-snapshot":
        expect(this.#acknowledged, "[P2] a snapshot ahead of the journal").toBeGreaterThan(0);
        break;
      case "settle":
      case "store-end":
        expect(this.#isAsked, "an end that is told while it is being told").toBe(false);
        expect(after.durableTick, "an end that a crash could take back").toBe(this.#tick);
        this.#isAsked = true;
        break;
      case "tell":
        if (effect.news === "protected") expect(this.#keptTick).toBeGreaterThan(0);
        this.#tells(effect.news);
        break;
      case "tell-stopped":
        expect(before.kind).not.toBe("stopped");
        this.#tells("stopped");
        break;
    }
  }

  #tells(news: string): void {
    const last = (...of: string[]) => this.#told.findLast((said) => of.includes(said));
    if (news === "resumed" || news === "frozen") expect(last("frozen", "resumed")).not.toBe(news);
    if (news === "resumed") expect(this.#told).toContain("frozen");
    if (news === "protected" || news === "unprotected")
      expect(last("protected", "unprotected")).not.toBe(news);
    if (news === "over") expect(this.#told).not.toContain("over");
    expect(this.#told, "told after it stopped").not.toContain("stopped");
    this.#told.push(news);
  }
}

/** Ticks, and what the store says of them, are what happens most. */
const often = { "tick-due": 12, durable: 8, "snapshot-kept": 3, settled: 2, "end-kept": 2 } as const;
const seldom = ["append-refused", "snapshot-failed", "park-asked", "hand-over-asked", "resumed"] as const;
const rare = ["snapshot-refused", "handed-over", "declared-lost", "end-failed", "end-refused"] as const;
const kinds: readonly Kind[] = [
  ...Object.entries(often).flatMap(([kind, times]) => Array<Kind>(times * 10).fill(kind as Kind)),
  ...seldom.flatMap((kind) => Array<Kind>(8).fill(kind)),
  ...rare,
];

function lived(limits: LifeLimits, happenings: readonly (readonly [number, number])[]): void {
  const book = new Book();
  let life = newLife(0, false);
  let tick = 0;
  for (const [pick, chance] of happenings) {
    let event: LifeEvent | undefined = eventOf(kinds[pick % kinds.length]!, tick, chance);
    while (event !== undefined) {
      const before = life;
      const next = nextLife(before, event, limits);
      book.event(event);
      life = next.life;
      event = undefined;
      expect(life.durableTick, "durable falls").toBeGreaterThanOrEqual(before.durableTick);
      if (before.kind === "stopped") expect(life.kind).toBe("stopped");
      for (const effect of next.effects) {
        book.did(effect, before, life);
        if (effect.kind === "tick") event = eventOf(chance % 97 === 1 ? "broke" : "ticked", tick++, chance);
      }
    }
  }
}

test.each([
  ["strict", strict],
  ["available", available],
])(
  "[P2.1] [P2.8] [P5.9] under %s nothing leaves too early, and every end is told once",
  (_policy, limits) => {
    const happening = fc.tuple(fc.nat(1e6), fc.nat(1e6));
    fc.assert(
      fc.property(fc.array(happening, { minLength: 20, maxLength: 150 }), (all) => lived(limits, all)),
      { numRuns: 400 },
    );
  },
);
