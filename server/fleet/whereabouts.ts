/**
 * Where every match is now, for who sends clients there: follows the board, and lets a question wait for a match
 * that is between two owners. While the directory is away the last board stands.
 */
import type { Directory, Listed } from "./directory.ts";
import { isAlive } from "./liveness.ts";

export interface WhereaboutsLimits {
  readonly lookEveryMs: number;
  readonly waitMsMax: number;
  readonly waitingMax: number;
}

export const whereaboutsLimits: WhereaboutsLimits = { lookEveryMs: 250, waitMsMax: 3000, waitingMax: 5000 };

export interface WhereaboutsParts {
  readonly directory: Pick<Directory, "read" | "onChanged">;
  readonly nowMs: () => number;
  readonly later: (task: () => void, ms: number) => void;
  readonly log: (message: string, details: object) => void;
  readonly limits?: WhereaboutsLimits;
}

interface Question {
  readonly matchId: string;
  readonly avoid: string | undefined;
  readonly untilMs: number;
  readonly answer: (address: string | undefined) => void;
}

export class Whereabouts {
  readonly #parts: WhereaboutsParts;
  readonly #limits: WhereaboutsLimits;
  #board: readonly Listed[] = [];
  #waiting: Question[] = [];
  #reading: Promise<void> | undefined;
  /** The board changed while it was being read. */
  #readAgain = false;
  #stopListening: (() => void) | undefined;
  /** The directory; said once. */
  #away = false;
  #stopped = false;

  constructor(parts: WhereaboutsParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? whereaboutsLimits;
  }

  /** @throws StoreError when the first look fails */
  async start(): Promise<void> {
    this.#board = await this.#parts.directory.read();
    this.#stopListening = this.#parts.directory.onChanged(() => this.#look());
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening?.();
    for (const { answer } of this.#waiting.splice(0)) answer(undefined);
  }

  board(): readonly Listed[] {
    return this.#board;
  }

  /** host:port of the match's owner, if it has one at this moment. */
  addressOf(matchId: string): string | undefined {
    return ownerAddress(this.#board, matchId);
  }

  /**
   * @param avoid host:port at which the match no longer answers
   * @returns host:port of its owner; undefined when none came in time, or too many wait
   */
  ownerOf(matchId: string, avoid?: string): Promise<string | undefined> {
    const address = ownerAddress(this.#board, matchId);
    if (address !== undefined && address !== avoid) return Promise.resolve(address);
    if (this.#stopped || this.#waiting.length >= this.#limits.waitingMax) return Promise.resolve(undefined);
    const untilMs = this.#parts.nowMs() + this.#limits.waitMsMax;
    return new Promise((answer) => this.#waiting.push({ matchId, avoid, untilMs, answer }));
  }

  #lookLater(): void {
    this.#parts.later(() => {
      if (this.#stopped) return;
      this.#look();
      this.#lookLater();
    }, this.#limits.lookEveryMs);
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
      this.#board = await this.#parts.directory.read();
      if (this.#away) this.#parts.log("the directory answers again", {});
      this.#away = false;
    } catch (error) {
      if (!this.#away) this.#parts.log("the directory does not answer; the last board stands", { error });
      this.#away = true;
    }
    this.#answerWaiting();
  }

  #answerWaiting(): void {
    const nowMs = this.#parts.nowMs();
    this.#waiting = this.#waiting.filter(({ matchId, avoid, untilMs, answer }) => {
      const address = ownerAddress(this.#board, matchId);
      const found = address !== undefined && address !== avoid;
      if (found) answer(address);
      else if (nowMs >= untilMs) answer(undefined);
      return !found && nowMs < untilMs;
    });
  }
}

/** The address of the highest epoch's owner, when it still is one. */
export function ownerAddress(board: readonly Listed[], matchId: string): string | undefined {
  let owner: { epoch: number; listed: Listed } | undefined;
  for (const listed of board) {
    const match = listed.card.matches.find(({ id }) => id === matchId);
    if (match !== undefined && match.epoch > (owner?.epoch ?? 0)) owner = { epoch: match.epoch, listed };
  }
  return owner !== undefined && isAlive(owner.listed) ? owner.listed.card.address : undefined;
}
