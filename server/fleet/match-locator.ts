/**
 * Knows where every match is now, for code that sends clients there. It follows the registry, and lets a caller wait
 * for a match that is between two owners. During a registry outage it uses the last read.
 */

import type { Later, SteadyClock } from "../../shared/clock.ts";
import { isAlive } from "./liveness.ts";
import type { NodeRegistry, RegisteredNode } from "./node-registry.ts";

export interface MatchLocatorLimits {
  readonly lookEveryMs: number;
  readonly waitMsMax: number;
  readonly waitingMax: number;
}

const matchLocatorLimits: MatchLocatorLimits = { lookEveryMs: 250, waitMsMax: 3000, waitingMax: 5000 };

export interface MatchLocatorParts {
  readonly registry: Pick<NodeRegistry, "read" | "onChanged">;
  readonly nowMs: SteadyClock;
  readonly later: Later;
  readonly log: (message: string, details: object) => void;
  readonly limits?: MatchLocatorLimits;
}

/** The present owner of a match. */
export interface MatchOwner {
  readonly epoch: number;
  readonly address: string;
}

interface WaitingQuestion {
  readonly matchId: string;
  readonly suits: (owner: MatchOwner) => boolean;
  readonly untilMs: number;
  readonly answer: (owner: MatchOwner | undefined) => void;
}

export class MatchLocator {
  readonly #parts: MatchLocatorParts;
  readonly #limits: MatchLocatorLimits;
  #nodes: readonly RegisteredNode[] = [];
  /** The owners at the last read of the registry. */
  #owners: ReadonlyMap<string, MatchOwner> = new Map();
  #waiting: WaitingQuestion[] = [];
  #reading: Promise<void> | undefined;
  /** Whether the registry changed while it was being read. */
  #readAgain = false;
  #stopListening: (() => void) | undefined;
  /** Whether the registry is away; logged once. */
  #away = false;
  #stopped = false;

  constructor(parts: MatchLocatorParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? matchLocatorLimits;
  }

  /** @throws StoreError when the first read fails */
  async start(): Promise<void> {
    this.#show(await this.#parts.registry.read());
    this.#stopListening = this.#parts.registry.onChanged(() => this.#look());
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening?.();
    for (const { answer } of this.#waiting.splice(0)) answer(undefined);
  }

  nodes(): readonly RegisteredNode[] {
    return this.#nodes;
  }

  /** host:port of the match's owner; undefined when it has none at this moment. */
  addressOf(matchId: string): string | undefined {
    return this.#owners.get(matchId)?.address;
  }

  /**
   * @param avoid host:port at which the match no longer answers
   * @returns host:port of its owner; undefined when none came in time, or too many calls wait
   */
  async ownerOf(matchId: string, avoid?: string): Promise<string | undefined> {
    return (await this.#wanted(matchId, ({ address }) => address !== avoid))?.address;
  }

  /** Resolves when the match has an owner of a later epoch, none came in time, or too many calls wait. */
  async ownerAfter(matchId: string, epoch: number): Promise<void> {
    await this.#wanted(matchId, (owner) => owner.epoch > epoch);
  }

  #wanted(matchId: string, suits: (owner: MatchOwner) => boolean): Promise<MatchOwner | undefined> {
    const owner = this.#owners.get(matchId);
    if (owner !== undefined && suits(owner)) return Promise.resolve(owner);
    if (this.#stopped || this.#waiting.length >= this.#limits.waitingMax) return Promise.resolve(undefined);
    const untilMs = this.#parts.nowMs() + this.#limits.waitMsMax;
    return new Promise((answer) => this.#waiting.push({ matchId, suits, untilMs, answer }));
  }

  #show(nodes: readonly RegisteredNode[]): void {
    this.#nodes = nodes;
    this.#owners = owners(nodes);
  }

  #lookLater(): void {
    this.#parts.later(this.#limits.lookEveryMs, () => {
      if (this.#stopped) return;
      this.#look();
      this.#lookLater();
    });
  }

  #look(): void {
    if (this.#stopped) return;
    if (this.#reading !== undefined) {
      this.#readAgain = true;
      return;
    }
    this.#readAgain = false;
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#readAgain) this.#look();
    });
  }

  async #read(): Promise<void> {
    try {
      this.#show(await this.#parts.registry.read());
      if (this.#away) this.#parts.log("the node registry answers again", {});
      this.#away = false;
    } catch (error) {
      if (!this.#away)
        this.#parts.log("the node registry does not answer; keeping the nodes that were read last", {
          error,
        });
      this.#away = true;
    }
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    const nowMs = this.#parts.nowMs();
    this.#waiting = this.#waiting.filter(({ matchId, suits, untilMs, answer }) => {
      const owner = this.#owners.get(matchId);
      const found = owner !== undefined && suits(owner) ? owner : undefined;
      const isAnswered = found !== undefined || nowMs >= untilMs;
      if (isAnswered) answer(found);
      return !isAnswered;
    });
  }
}

/** For every match the owner of its highest epoch, if that owner is alive. */
function owners(nodes: readonly RegisteredNode[]): ReadonlyMap<string, MatchOwner> {
  const highest = new Map<string, MatchOwner & { registered: RegisteredNode }>();
  for (const registered of nodes) {
    const { address, matches } = registered.entry;
    for (const { id, epoch } of matches) {
      if (epoch > (highest.get(id)?.epoch ?? 0)) highest.set(id, { epoch, address, registered });
    }
  }
  return new Map([...highest].filter(([, { registered }]) => isAlive(registered)));
}
