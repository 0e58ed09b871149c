/**
 * Who brings players to their matches: follows the registry with the real MatchLocator, as a matchmaker of the fleet
 * does, and has new matches made where there is most room. What it knows may be old; only the epoch in the store counts.
 */

import { MatchLocator } from "../../server/fleet/match-locator.ts";
import { placement } from "../../server/fleet/placement.ts";
import type { StoreTrouble } from "./faults.ts";
import { ledger } from "./ledger.ts";
import type { Common } from "./node-process.ts";
import { RemoteCalls } from "./remote-calls.ts";
import type { SimulatedNode } from "./simulated-node.ts";

/** A node that was told to open a match is given this long before another one is told. */
const openMsMax = 1500;

export interface MatchmakerParts extends Common {
  readonly trouble: ReadonlySet<StoreTrouble>;
  readonly at: (address: string) => SimulatedNode | undefined;
}

/** Where a player should knock, or why nowhere. */
export type Where =
  | { kind: "at"; match: string; node: SimulatedNode }
  | { kind: "over" }
  | { kind: "unknown" };

export class Matchmaker {
  readonly #parts: MatchmakerParts;
  readonly #locator: MatchLocator;
  /** One running match each, as far as it knows. */
  readonly #places: (string | undefined)[];
  readonly #opening = new Map<number, number>();
  #opened = 0;

  constructor(parts: MatchmakerParts) {
    this.#parts = parts;
    this.#places = Array.from({ length: parts.settings.matches }, () => undefined);
    this.#locator = this.#follow();
  }

  /** Where the place's match lives; makes one when there is none. */
  whereIs(place: number, match: string | undefined): Where {
    const id = match ?? this.#places[place];
    const entry = id === undefined ? undefined : this.#parts.store.entry(id);
    if (entry === undefined) {
      this.#open(place);
      return { kind: "unknown" };
    }
    if (entry.state !== "running") return { kind: "over" };
    const address = this.#locator.addressOf(entry.id);
    const node = address === undefined ? undefined : this.#parts.at(address);
    return node === undefined ? { kind: "unknown" } : { kind: "at", match: entry.id, node };
  }

  #open(place: number): void {
    const { scheduler, trace, at, chance, settings } = this.#parts;
    if ((this.#opening.get(place) ?? 0) > scheduler.nowMs) return;
    const target = placement(this.#locator.nodes(), { game: ledger.name, version: ledger.version });
    const process = target && at(target.entry.address)?.process;
    if (process === undefined) return;
    this.#opening.set(place, scheduler.nowMs + openMsMax);
    const id = `m${++this.#opened}`;
    trace.say(`matchmaker: ${process.name} is to open ${id}`);
    const opened = () =>
      process.open(id).then((isOpen) => {
        if (isOpen) this.#places[place] ??= id;
      });
    scheduler.later(chance.between(...settings.delayMs), () => process.life.inProcess(() => void opened()));
  }

  #follow(): MatchLocator {
    const { scheduler, settings, registryServer, trouble, line, chance, trace } = this.#parts;
    const later = (ms: number, task: () => void) => scheduler.later(ms, task);
    const calls = new RemoteCalls({
      ...{
        name: "matchmaker",
        of: "store",
        ghostPercent: 0,
        line,
        chance,
        trace,
        later,
        inProcess: (task) => task(),
      },
      conditions: { weather: new Set(), trouble, storeStarts: () => registryServer.starts },
    });
    const read = () =>
      calls.ask({
        ...{ what: "read", writes: false, answerMsMax: settings.answerMsMax },
        run: async () => registryServer.nodes.read(),
      });
    const locator = new MatchLocator({
      registry: { read, onChanged: (listener) => registryServer.onChanged(() => calls.hear(listener)) },
      nowMs: () => scheduler.nowMs,
      later,
      log: (message) => trace.say(`matchmaker: ${message}`),
    });
    // The store answers at the beginning of a run.
    void locator.start();
    return locator;
  }
}
