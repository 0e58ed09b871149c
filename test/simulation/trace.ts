/**
 * The log of a run: every event that matters as one line. Two runs are the same when their fingerprints are.
 * It keeps the newest lines only; a run that fails is run again to see more.
 */

import type { Conversation } from "./conversation.ts";

const linesKept = 400;

export class Trace {
  /** The conversation of a story. */
  readonly conversation: Conversation | undefined;
  readonly #nowMs: () => number;
  readonly #kept: string[] = [];
  #count = 0;
  #held: readonly string[] | undefined;
  /** FNV-1a, two lanes with different starts: 64 bits are enough to tell two runs apart. */
  #laneA = 0x811c9dc5;
  #laneB = 0x01234567;

  constructor(nowMs: () => number, conversation?: Conversation) {
    this.#nowMs = nowMs;
    this.conversation = conversation;
  }

  say(text: string): void {
    const line = `${this.#nowMs().toFixed(1).padStart(9)} ${text}`;
    this.#kept[this.#count % linesKept] = line;
    this.#count += 1;
    for (let i = 0; i < line.length; i++) {
      this.#laneA = Math.imul(this.#laneA ^ line.charCodeAt(i), 0x01000193);
      this.#laneB = Math.imul(this.#laneB ^ line.charCodeAt(i), 0x5bd1e995);
    }
  }

  /** Something happens to, or in, one of them: a story tells it too. */
  happens(who: string, what: string): void {
    this.say(`${who}: ${what}`);
    this.conversation?.say({ from: who, words: what });
  }

  get lineCount(): number {
    return this.#count;
  }

  fingerprint(): string {
    const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, "0");
    return hex(this.#laneA) + hex(this.#laneB);
  }

  /** Keeps the lines up to now for `last`: what comes later does not explain what was just found. */
  hold(): void {
    this.#held ??= this.#newest();
  }

  /** Newest last. */
  last(count: number): readonly string[] {
    return (this.#held ?? this.#newest()).slice(-count);
  }

  #newest(): readonly string[] {
    const first = Math.max(0, this.#count - linesKept);
    return Array.from({ length: this.#count - first }, (_, i) => this.#kept[(first + i) % linesKept]!);
  }
}
