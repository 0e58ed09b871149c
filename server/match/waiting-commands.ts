/**
 * Commands of players that wait for the next record. It decides which of them count: each once, no more than a seat may
 * give, and none of a seat that leaves before it.
 */
import type { CommandAnswer } from "../../shared/game/game.ts";
import { CommandBudget, type CommandLimits } from "./command-budget.ts";
import type { CommandEvent } from "./record.ts";
import type { SeatState } from "./state.ts";

export interface WaitingCommandLimits extends CommandLimits {
  /** Commands of one seat that may wait for the next tick. */
  readonly commandsPendingMax: number;
}

export interface CommandRequest {
  /** Grows over the life of the seat; 0 when the client does not repeat the command. */
  readonly id: number;
  readonly name: string;
  readonly payload: unknown;
}

interface WaitingCommand {
  readonly event: CommandEvent;
  readonly sessionId: string;
  readonly answered: Promise<CommandAnswer>;
  readonly answer: (answer: CommandAnswer) => void;
}

export class WaitingCommands {
  readonly #limits: WaitingCommandLimits;
  readonly #budget: CommandBudget;
  #waiting: WaitingCommand[] = [];

  constructor(limits: WaitingCommandLimits, clockPerSecond: number) {
    this.#limits = limits;
    this.#budget = new CommandBudget(limits, clockPerSecond);
  }

  get any(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * A repeated id gets the first answer and is not applied again.
   * @param match what its clock says, and whether it is over
   * @returns the game's answer, or why the command did not reach it
   */
  add(
    seat: SeatState | undefined,
    request: CommandRequest,
    match: { readonly clock: number; readonly over: boolean },
  ): Promise<CommandAnswer> | CommandAnswer {
    if (seat === undefined || seat.seat === "spectator") return { ok: false, reason: "command/no-seat" };
    const { sessionId } = seat;
    const waiting = this.#waiting.filter((command) => command.sessionId === sessionId);
    if (request.id !== 0) {
      const same = waiting.find((command) => command.event.id === request.id);
      if (same !== undefined) return same.answered;
      // Checked after the end too: the last tick may have applied the command, and its answer may have been lost.
      if (request.id <= seat.lastCommandId) return earlierAnswer(seat, request.id);
      if (waiting.some((command) => command.event.id > request.id))
        return { ok: false, reason: "command/stale-id" };
    }
    if (match.over) return { ok: false, reason: "match/over" };
    const tooMany = waiting.length >= this.#limits.commandsPendingMax;
    if (tooMany || !this.#budget.spend(sessionId, match.clock, request.payload))
      return { ok: false, reason: "command/too-many" };
    const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
    const event = { seat: seat.seat, id: request.id, name: request.name, payload: request.payload };
    this.#waiting.push({ event, sessionId, answered: promise, answer: resolve });
    return promise;
  }

  /** Those that the next record carries, and those whose seat leaves with it. */
  byFate(leaves: readonly string[]): [carried: WaitingCommand[], tooLate: WaitingCommand[]] {
    if (this.#waiting.length === 0) return [[], []];
    const leaving = new Set(leaves);
    const carried = this.#waiting.filter(({ sessionId }) => !leaving.has(sessionId));
    return [carried, this.#waiting.filter(({ sessionId }) => leaving.has(sessionId))];
  }

  /** The record of all that waited was made. */
  clear(): void {
    this.#waiting = [];
  }

  /** The seat was given up. */
  forget(sessionId: string): void {
    this.#budget.forget(sessionId);
  }
}

/** For an id that was applied before: its answer if that is still kept, else only that it was applied. */
function earlierAnswer(seat: SeatState, id: number): CommandAnswer {
  const kept = seat.answers.find((entry) => entry.id === id);
  return kept?.answer ?? { ok: false, reason: "command/answer-forgotten" };
}
