/**
 * One ticker drives every match of the process; those of games by events in event-ticker.ts. Each tick rate has a timer with slots; matches are spread over the
 * slots of a period, so that ticks, writes and sends are spread evenly. Slots run on an absolute schedule. Every slot
 * ends with a flush of the journal, which costs the same for one match as for ten: so few matches share few slots,
 * evenly spaced, and only many matches use all slots.
 *
 * Under overload a late slot runs at once, and after it the next late one, with the event loop in between, so inputs
 * and durable writes still come in. A timer that is more than `behindPeriodsMax` periods late gives up the rest: its
 * matches stand still for that time (slower, counted in `slowedTicks`). Ticks are never skipped: no record is left
 * out, match time just passes more slowly.
 */
import { EventTicker } from "./event-ticker.ts";
import type { TickerParts, Ticking } from "./ticking.ts";

const slotsPerPeriod = 8;
/** The order in which slots are taken into use: each set of the first 1, 2, 4 or 8 is spread evenly. */
const slotOrder = [0, 4, 2, 6, 1, 5, 3, 7] as const;
/** Another slot is taken into use when those in use have this many matches each. */
const matchesPerSlot = 6;
/** A timer catches up at most this many periods; time beyond that is lost, but no tick is. */
const behindPeriodsMax = 5;

interface RateTimer {
  readonly slotMs: number;
  readonly slots: Ticking[][];
  /** Number of the next slot since `startMs`. */
  next: number;
  startMs: number;
}

export class Ticker {
  readonly #parts: TickerParts;
  readonly #timers = new Map<number, RateTimer>();
  readonly #byEvents: EventTicker;
  #stopped = false;

  constructor(parts: TickerParts) {
    this.#parts = parts;
    this.#byEvents = new EventTicker(parts);
  }

  /** @param tickRate ticks per second; @returns a function that takes the match off again */
  add(tickRate: number, ticking: Ticking): () => void {
    const timer = this.#timers.get(tickRate) ?? this.#addTimer(tickRate);
    const slot = slotFor(timer.slots);
    slot.push(ticking);
    return () => {
      const index = slot.indexOf(ticking);
      if (index >= 0) slot.splice(index, 1);
    };
  }

  /** A match that is called when something comes for it (event-ticker.ts). @returns a function that takes it off again */
  addByEvents(...given: Parameters<EventTicker["add"]>): () => void {
    return this.#byEvents.add(...given);
  }

  stop(): void {
    this.#stopped = true;
    this.#byEvents.stop();
  }

  #addTimer(tickRate: number): RateTimer {
    const timer: RateTimer = {
      slotMs: 1000 / tickRate / slotsPerPeriod,
      slots: Array.from({ length: slotsPerPeriod }, () => []),
      next: 0,
      startMs: this.#parts.nowMs(),
    };
    this.#timers.set(tickRate, timer);
    this.#schedule(timer);
    return timer;
  }

  #schedule(timer: RateTimer): void {
    if (this.#stopped) return;
    const dueMs = timer.startMs + timer.next * timer.slotMs;
    this.#parts.later(Math.max(0, dueMs - this.#parts.nowMs()), () => this.#runSlot(timer, dueMs));
  }

  #runSlot(timer: RateTimer, dueMs: number): void {
    if (this.#stopped) return;
    const lateMs = this.#parts.nowMs() - dueMs;
    // A timer may fire a fraction of a millisecond early; that is on time.
    const slot = timer.slots[timer.next % slotsPerPeriod]!;
    const turn = Math.floor(timer.next / slotsPerPeriod);
    timer.next += 1;
    if (slot.length > 0) {
      this.#parts.onLateness(Math.max(0, lateMs) / 1000);
      // The slot may change while it runs: a match that ends removes itself.
      for (const ticking of [...slot]) ticking.tick(turn);
      this.#parts.afterSlot();
    }
    this.#skipPeriods(timer);
    this.#schedule(timer);
  }

  #skipPeriods(timer: RateTimer): void {
    const behindSlots = (this.#parts.nowMs() - timer.startMs) / timer.slotMs - timer.next;
    const behindPeriods = Math.floor(behindSlots / slotsPerPeriod);
    if (behindPeriods <= behindPeriodsMax) return;
    const givenUp = behindPeriods - behindPeriodsMax;
    timer.startMs += givenUp * slotsPerPeriod * timer.slotMs;
    this.#parts.onSlowed(givenUp * timer.slots.reduce((sum, slot) => sum + slot.length, 0));
  }
}

/** The emptiest of the slots that this many matches need. */
function slotFor(slots: readonly Ticking[][]): Ticking[] {
  const matches = slots.reduce((sum, slot) => sum + slot.length, 0);
  const inUse = slotOrder.slice(0, Math.floor(matches / matchesPerSlot) + 1).map((index) => slots[index]!);
  return inUse.reduce((least, each) => (each.length < least.length ? each : least));
}
