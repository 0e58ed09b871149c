/**
 * The one store of a run, and a record of all that it accepted: it hears every write, forgets nothing, and
 * finds at once when two owners write one tick (P3). It can be sabotaged so that the fence lets everyone in.
 */
import { type Framed, readFrame } from "../../server/durability/format.ts";
import type {
  ClaimOptions,
  MatchEntry,
  RecordWrite,
  SnapshotWrite,
  Store,
  StoredMatch,
  WriteResult,
} from "../../server/durability/store.ts";
import type { MemoryStore } from "../../server/durability/stores/memory.ts";
import type { Findings } from "./findings.ts";
import type { Sabotage } from "./sabotage.ts";
import type { Settings } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** A record that the store said yes to. */
export type Accepted = Framed;

export interface RecordingStoreParts {
  readonly store: MemoryStore;
  readonly findings: Findings;
  readonly trace: Trace;
  readonly sabotage: Sabotage;
  readonly settings: Settings;
}

export class RecordingStore implements Store {
  readonly level = "process";
  readonly #parts: RecordingStoreParts;
  /** By match and tick: what was accepted first. */
  readonly #journals = new Map<string, Map<number, Accepted>>();
  readonly #snapshots = new Map<string, Map<number, Accepted>>();
  readonly #entries = new Map<string, MatchEntry>();

  constructor(parts: RecordingStoreParts) {
    this.#parts = parts;
  }

  /** The catalogue as it is now, without asking. */
  entries(): readonly MatchEntry[] {
    return [...this.#entries.values()];
  }

  entry(id: string): MatchEntry | undefined {
    return this.#entries.get(id);
  }

  /** Every tick that was ever accepted, also those that the store has tidied away. */
  journal(id: string): ReadonlyMap<number, Accepted> {
    return this.#journals.get(id) ?? new Map();
  }

  /** The oldest snapshot after `tick` that was ever accepted. */
  snapshotAfter(id: string, tick: number): Accepted | undefined {
    const later = [...(this.#snapshots.get(id)?.values() ?? [])].filter((each) => each.tick > tick);
    return later.sort((a, b) => a.tick - b.tick)[0];
  }

  /** Up to which tick everything is kept, by a record or a snapshot. */
  keptTick(id: string): number {
    const { size } = this.journal(id);
    // Without snapshots that made up for missing records: as many as there are ticks.
    if (this.#parts.settings.limits.gate === "strict") return size;
    return Math.max(0, ...this.journal(id).keys(), ...(this.#snapshots.get(id)?.keys() ?? []));
  }

  /** What is stored of a match, whatever the sabotage. */
  stored(id: string): Promise<StoredMatch> {
    return this.#parts.store.load(id);
  }

  async create(match: { id: string; node: string; about: string }): Promise<MatchEntry> {
    const entry = await this.#parts.store.create(match);
    this.#journals.set(match.id, new Map());
    return this.#noted(entry);
  }

  async claim(id: string, node: string, options?: ClaimOptions): Promise<MatchEntry> {
    const entry = this.#noted(await this.#parts.store.claim(id, node, options));
    this.#parts.trace.say(`store: ${node} claims ${id}, epoch ${entry.epoch}`);
    return entry;
  }

  async append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
    const results = await this.#parts.store.append(batch.map((write) => this.#passed(write)));
    batch.forEach((write, index) => {
      if (results[index]!.ok) this.#record(write);
    });
    return results;
  }

  async snapshot(...[write]: Parameters<Store["snapshot"]>): Promise<WriteResult> {
    const result = await this.#parts.store.snapshot(this.#passed(write));
    if (result.ok) this.#recordSnapshot(write);
    this.#parts.trace.say(`store: snapshot ${write.id} e${write.epoch} t${write.tick} ${said(result)}`);
    return result;
  }

  list(): Promise<readonly MatchEntry[]> {
    return this.#parts.store.list();
  }

  async sleep(write: Parameters<Store["sleep"]>[0]): Promise<WriteResult> {
    const result = await this.#parts.store.sleep(write);
    this.#parts.trace.say(`store: ${write.id} sleeps, epoch ${write.epoch}: ${said(result)}`);
    await this.#look();
    return result;
  }

  dueFirst(max: number) {
    return this.#parts.store.dueFirst(max);
  }

  openAsleep(name: string, max: number) {
    return this.#parts.store.openAsleep(name, max);
  }

  asleep() {
    return this.#parts.store.asleep();
  }

  find(id: string): Promise<MatchEntry | undefined> {
    return this.#parts.store.find(id);
  }

  async load(...args: Parameters<Store["load"]>): Promise<StoredMatch> {
    const stored = await this.#parts.store.load(...args);
    return this.#parts.sabotage.tailForgotten ? { ...stored, records: stored.records.slice(0, -1) } : stored;
  }

  async finish(...[write]: Parameters<Store["finish"]>): Promise<WriteResult> {
    const result = await this.#parts.store.finish(write);
    this.#parts.trace.say(`store: finish ${write.id} e${write.epoch} ${said(result)}`);
    await this.#look();
    return result;
  }

  async setAside(...[id, reason]: Parameters<Store["setAside"]>): Promise<void> {
    await this.#parts.store.setAside(id, reason);
    this.#parts.trace.say(`store: ${id} set aside: ${reason}`);
    await this.#look();
  }

  remove(id: string): Promise<void> {
    return this.#parts.store.remove(id);
  }

  close(): Promise<void> {
    return this.#parts.store.close();
  }

  #passed<Write extends { id: string; epoch: number }>(write: Write): Write {
    const newest = this.#entries.get(write.id)?.epoch;
    return this.#parts.sabotage.fenceBroken && newest !== undefined ? { ...write, epoch: newest } : write;
  }

  /** A record may come twice, when its answer was lost; then it is the same to the letter. */
  #record({ id, tick, epoch, bytes }: RecordWrite): void {
    const reading = readFrame(bytes);
    if (!reading.ok || reading.epoch !== epoch || reading.tick !== tick) {
      this.#parts.findings.add("P3", `${id}: the record of tick ${tick} does not say what it is`);
      return;
    }
    const journal = this.#journals.get(id)!;
    const before = journal.get(tick);
    if (before === undefined) journal.set(tick, { ...reading, epoch, tick });
    else if (before.epoch !== epoch || Buffer.compare(before.payload, reading.payload) !== 0) {
      const who = `epoch ${before.epoch} and epoch ${epoch}`;
      this.#parts.findings.add("P3", `${id}: tick ${tick} was accepted twice with other content: ${who}`);
    }
  }

  #recordSnapshot({ id, tick, epoch, bytes }: SnapshotWrite): void {
    const reading = readFrame(bytes);
    if (!reading.ok) {
      this.#parts.findings.add("P5", `${id}: the snapshot of tick ${tick} is unreadable`);
      return;
    }
    const kept = this.#snapshots.get(id) ?? new Map<number, Accepted>();
    this.#snapshots.set(id, kept.set(tick, { ...reading, epoch, tick }));
  }

  #noted(entry: MatchEntry): MatchEntry {
    this.#entries.set(entry.id, entry);
    return entry;
  }

  async #look(): Promise<void> {
    for (const entry of await this.#parts.store.list()) this.#noted(entry);
  }
}

function said(result: WriteResult): string {
  return result.ok ? "kept" : result.code;
}
