/**
 * The sleep of a process' matches: looks which may sleep, and wakes those whose time is there. In a fleet every node that owns
 * matches does this over the same store, and the claim decides who wakes which.
 */
import type { UnixClock } from "../../shared/clock.ts";
import type { Store } from "../durability/store.ts";
import type { MatchHost } from "../match/host.ts";
import { nowMs } from "../ops/clock.ts";
import type { Log } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import { every } from "../ops/work.ts";
import { DueSleepers } from "../room/due-sleepers.ts";
import { FallingAsleep } from "../room/falling-asleep.ts";
import type { OutFrame } from "../room/gated-socket.ts";
import { limitedLines, type WriteLine } from "../room/limited-lines.ts";
import { roomOf } from "../room/reservation.ts";
import type { RoomOpening } from "../room/restored-room.ts";
import { Waking } from "../room/waking.ts";
import type { Config } from "../settings/settings.ts";

/** How often both are looked for: what is due wakes this much later at most. */
const lookEveryMs = 250;
const countEveryLooks = 8;
const linesPerMinuteMax = 60;
/** So many of those that are due are begun in one look. */
const dueAtOnceMax = 16;

export interface MatchSleep {
  readonly waking: Waking;
  /** Resolves when no match falls asleep here any more, and none is woken. */
  stop(): Promise<void>;
}

export interface SleepParts {
  readonly config: Pick<Config, "sleepAfterSeconds" | "sleepingMax">;
  readonly store: Store;
  readonly host: MatchHost<OutFrame>;
  readonly openRoom: (id: string) => Promise<RoomOpening>;
  /** The clock of the store. */
  readonly unixMs: UnixClock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Whether this process may take matches and let them go. Default: always. */
  readonly isReady?: (() => boolean) | undefined;
}

export function startSleep(parts: SleepParts): MatchSleep {
  const { config, store, host, openRoom, unixMs, metrics, log, isReady = () => true } = parts;
  const warn = (message: string, details: object) => log.warn(details, message);
  const falling = new FallingAsleep({
    ...{ host, store, roomOf, nowMs, log: warn },
    afterMs: config.sleepAfterSeconds * 1000,
    sleepingMax: config.sleepingMax,
  });
  // One that cannot be opened is tried again and again, by its timer and by clients.
  const limited = limitedLines(warn, { linesPerMinuteMax, nowMs });
  const due = new DueSleepers({ nowMs, atOnceMax: dueAtOnceMax });
  const waking: Waking = new Waking({
    ...{ host, store, openRoom, nowMs, unixMs, isReady, log: limited },
    isAwake: (id) => falling.of(id) === undefined && roomOf(id) !== undefined,
    asleep: (id) => falling.of(id),
    noneFalls: () => falling.none(),
    onWoken: (id, reason, seconds) => {
      if (reason === "timer") falling.wokeAlone(id);
      metrics.sleep.woken(reason, seconds);
    },
  });
  let isAway = false;
  let looks = 0;
  const look = async () => {
    if (!isReady()) return;
    falling.look();
    try {
      if (waking.underWay < dueAtOnceMax) await wakeDue({ ...parts, waking, due, log: limited });
      if (looks++ % countEveryLooks === 0) metrics.sleep.asleep(await store.asleep());
      isAway = false;
    } catch (error) {
      // The next look comes soon; matches that are due wait for the store.
      if (!isAway) warn("the sleeping matches could not be looked at", { error });
      isAway = true;
    }
  };
  let isLooking = false;
  const stopLooking = every("sleep", lookEveryMs, () => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  });
  const stop = async () => {
    stopLooking();
    waking.stop();
    await falling.stop();
  };
  return { waking, stop };
}

interface DueParts extends Pick<SleepParts, "store" | "unixMs"> {
  readonly waking: Waking;
  readonly due: DueSleepers;
  readonly log: WriteLine;
}

async function wakeDue({ store, unixMs, waking, due, log }: DueParts): Promise<void> {
  const first = await store.dueFirst(due.wanted);
  for (const id of due.begun(first, unixMs())) {
    waking.wake(id, "timer").then(
      ({ kind }) => (kind === "refused" ? due.leave(id) : due.woke(id)),
      (error) => {
        due.leave(id);
        log("a match that is due sleeps on", { match: id, error });
      },
    );
  }
}
