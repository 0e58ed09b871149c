/**
 * Answers of handlers that wait for the next record of their match. A match has few asks at a time, so few answers
 * wait; of many large ones only the first go into one record, and the others into the next.
 */
import { askAnswerCharactersMax } from "../../../shared/game/asks.ts";
import type { AnswerEvent } from "./asks-state.ts";

/** In one record, as JSON. */
const charactersPerRecordMax = 4 * askAnswerCharactersMax;

export class WaitingAnswers {
  #waiting: { readonly answer: AnswerEvent; readonly characters: number }[] = [];

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  /** The first answer to an ask counts. */
  add(answer: AnswerEvent): void {
    if (this.#waiting.some((each) => each.answer.id === answer.id)) return;
    this.#waiting.push({ answer, characters: JSON.stringify(answer.data).length });
  }

  /** Whether some wait for a later record than the next. */
  get mayBeMore(): boolean {
    return this.next().length < this.#waiting.length;
  }

  /** Those that the next record carries. */
  next(): readonly AnswerEvent[] {
    let left = charactersPerRecordMax;
    const end = this.#waiting.findIndex(({ characters }) => {
      left -= characters;
      return left < 0;
    });
    return this.#waiting.slice(0, end < 0 ? undefined : end).map(({ answer }) => answer);
  }

  /** The record that carries the next ones was made. */
  carried(): void {
    this.#waiting = this.#waiting.slice(this.next().length);
  }
}
