/**
 * One match as the store has it: everything that was ever accepted of it, replayed from tick 0. Where a match played
 * on without its store, records are missing, and a snapshot says how it went on.
 */
import { recordCodec } from "../../server/match/record.ts";
import { replayRecord } from "../../server/match/restore.ts";
import type { MatchState } from "../../server/match/state.ts";
import { aboutOf, startState } from "../../server/match/versions.ts";
import { seenHash } from "./body.ts";
import type { Findings } from "./findings.ts";
import { brokenRule, ledger } from "./ledger.ts";
import type { Accepted, RecordingStore } from "./recording-store.ts";
import type { Settings } from "./settings.ts";

export interface Story {
  readonly id: string;
  readonly state: MatchState;
  /** By tick, from 0; nothing at ticks that nobody kept. */
  readonly hashes: readonly (string | undefined)[];
  readonly epochs: readonly (number | undefined)[];
  /** Session → why its seat is no more. */
  readonly left: ReadonlyMap<string, "grace over" | "before its grace was over">;
  /** Its last record is one at which a rule throws. */
  readonly broken: boolean;
  /** It played on unprotected, and a snapshot covers that. */
  readonly hasHoles: boolean;
}

export interface StoryParts {
  readonly settings: Settings;
  readonly store: RecordingStore;
  readonly findings: Findings;
}

/** [P4] Replays what was accepted, verifying the chain of hashes. */
export function storyOf(parts: StoryParts, id: string): Story | undefined {
  const { store, findings } = parts;
  const keptTick = store.keptTick(id);
  const telling = new Telling(parts, id);
  let broken = false;
  try {
    telling.tellAll();
  } catch (error) {
    const { message } = error as Error;
    broken = message === brokenRule && telling.state.tick === keptTick;
    if (!broken) {
      findings.add("P4", `${id}: its journal cannot be replayed at tick ${telling.state.tick}: ${message}`);
      return undefined;
    }
  }
  const { state, hashes, epochs, left, hasHoles } = telling;
  if (state.tick !== keptTick)
    findings.add("P2", `${id}: ${keptTick} ticks accepted, tick ${state.tick + 1} is not`);
  return { id, state, hashes, epochs, left, broken, hasHoles };
}

class Telling {
  readonly hashes: (string | undefined)[] = [];
  readonly epochs: (number | undefined)[] = [];
  readonly left = new Map<string, "grace over" | "before its grace was over">();
  hasHoles = false;
  state: MatchState;
  readonly #parts: StoryParts;
  readonly #id: string;
  readonly #codec = recordCodec<never>(ledger.input as never);

  constructor(parts: StoryParts, id: string) {
    this.#parts = parts;
    this.#id = id;
    this.state = startState(ledger, aboutOf(parts.store.entry(id)!), {});
    this.#note(1);
  }

  tellAll(): void {
    const { store } = this.#parts;
    const journal = store.journal(this.#id);
    for (;;) {
      const record = journal.get(this.state.tick + 1);
      const snapshot = record === undefined ? this.#snapshotBehindHole() : undefined;
      if (record !== undefined) this.#replay(record);
      else if (snapshot !== undefined) this.#skipTo(snapshot);
      else return;
    }
  }

  #snapshotBehindHole(): Accepted | undefined {
    const { settings, store } = this.#parts;
    return settings.limits.gate === "strict" ? undefined : store.snapshotAfter(this.#id, this.state.tick);
  }

  #replay(stored: Accepted): void {
    const graceTicks = this.#parts.settings.limits.seatGraceSeconds * ledger.tickRate;
    const droppedAt = new Map(this.state.seats.map((seat) => [seat.sessionId, seat.droppedAt]));
    const { record } = replayRecord(ledger, this.#codec, this.state, stored);
    for (const sessionId of record.events?.leaves ?? []) {
      const heldTicks = stored.tick - 1 - (droppedAt.get(sessionId) ?? Number.POSITIVE_INFINITY);
      this.left.set(sessionId, heldTicks >= graceTicks ? "grace over" : "before its grace was over");
    }
    this.#note(stored.epoch);
  }

  #skipTo(snapshot: Accepted): void {
    this.hasHoles = true;
    this.state = startState(ledger, aboutOf(this.#parts.store.entry(this.#id)!), { snapshot });
    this.#note(snapshot.epoch);
  }

  #note(epoch: number): void {
    this.hashes[this.state.tick] = seenHash(ledger, this.state);
    this.epochs[this.state.tick] = epoch;
  }
}
